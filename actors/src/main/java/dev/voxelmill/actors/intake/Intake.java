package dev.voxelmill.actors.intake;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what clients write to {@code requests} and {@code commands} to {@code intake} and {@code
 * dead-letters}; the supervisors share the partitions as one consumer group.
 *
 * <p>{@link Forwarding} does the work, on a thread of its own; whatever fails in it ends that life,
 * and the next begins after a growing pause with what was last committed. Should two nodes forward
 * the same submission all the same, its owner finds one of them known.
 */
public final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final Installation installation;
  private final IntakeConfig config;
  private final ExecutorService decoders;
  private final Examiner examiner;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final AtomicReference<Optional<Forwarding>> present =
      new AtomicReference<>(Optional.empty());
  private final CompletableFuture<Done> ended = new CompletableFuture<>();

  private Intake(
      Installation installation,
      IntakeConfig config,
      ModelRegistry models,
      Function<byte[], CompletionStage<BlobRef>> keep) {
    this.installation = installation;
    this.config = config;
    this.decoders =
        Executors.newFixedThreadPool(
            config.decodeThreads(), Thread.ofPlatform().name("decode-", 1).daemon().factory());
    this.examiner =
        new Examiner(config, models, installation.topic(Topic.COMMANDS), decoders, keep);
  }

  /**
   * Starts to forward; it goes on, with back-off after failures, until it is stopped.
   *
   * @param models what requests may name
   * @param keep puts bytes into the blob store
   */
  public static Intake start(
      Installation installation,
      IntakeConfig config,
      ModelRegistry models,
      Function<byte[], CompletionStage<BlobRef>> keep) {
    Intake intake = new Intake(installation, config, models, keep);
    Thread.ofPlatform().name("intake").daemon().start(intake::run);
    return intake;
  }

  /** Takes no more submissions; what is in flight is committed, and others take the partitions. */
  public CompletionStage<Done> stop() {
    stopping.countDown();
    present.get().ifPresent(Forwarding::wakeUp);
    return ended;
  }

  private void run() {
    try {
      Duration pause = config.restartMin();
      while (!isStopping()) {
        boolean forwarded = live();
        pause = forwarded ? config.restartMin() : pause;
        if (!isStopping()) {
          LOG.warn("the intake starts afresh in {}", pause);
          await(pause);
          pause = shorter(pause.multipliedBy(2), config.restartMax());
        }
      }
    } finally {
      decoders.shutdown();
      ended.complete(Done.getInstance());
    }
  }

  /** One life, to its failure or to the stop; true when it forwarded anything. */
  private boolean live() {
    boolean forwarded = false;
    try (Forwarding life = new Forwarding(installation, config, examiner)) {
      present.set(Optional.of(life));
      life.begin();
      while (!isStopping()) {
        forwarded |= life.forward() > 0;
      }
      life.leave();
      ended.complete(Done.getInstance());
    } catch (RuntimeException e) { // whatever it is, what was not committed is read again
      LOG.warn("the intake failed", e);
    } finally {
      present.set(Optional.empty());
    }
    return forwarded;
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  private void await(Duration pause) {
    try {
      if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("the intake is told to stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
