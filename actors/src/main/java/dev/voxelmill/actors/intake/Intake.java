package dev.voxelmill.actors.intake;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Takes what clients write to {@code requests} and {@code commands} to {@code intake} and {@code
 * dead-letters}; the supervisors share the partitions as one consumer group.
 *
 * <p>A stream whose elements are transactions of {@link Forwarding}, on a thread where it may wait
 * for brokers. Whatever fails ends that life of the stream, and the next begins after a growing
 * pause with what was last committed. Should two nodes forward the same submission all the same,
 * its owner finds one of them known.
 */
public final class Intake {
  /** Supervisors whose intakes failed together do not come back together. */
  private static final double SPREAD = 0.2;

  private final ActorSystem<?> system;
  private final Installation installation;
  private final IntakeConfig config;
  private final ExecutorService decoders;
  private final Examiner examiner;

  /** Ends the pause before another life; a life ends itself. */
  private final SharedKillSwitch pause = KillSwitches.shared("intake");

  private final AtomicReference<Optional<Forwarding>> present =
      new AtomicReference<>(Optional.empty());
  private final CompletableFuture<Done> ended = new CompletableFuture<>();
  private volatile boolean stopping;

  private Intake(
      ActorSystem<?> system,
      Installation installation,
      IntakeConfig config,
      ModelRegistry models,
      Function<byte[], CompletionStage<BlobRef>> keep) {
    this.system = system;
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
      ActorSystem<?> system,
      Installation installation,
      IntakeConfig config,
      ModelRegistry models,
      Function<byte[], CompletionStage<BlobRef>> keep) {
    Intake intake = new Intake(system, installation, config, models, keep);
    intake
        .forwarding()
        .runWith(Sink.ignore(), system)
        .whenComplete((done, failure) -> intake.end());
    return intake;
  }

  /** Takes no more submissions; what is in flight is committed, and others take the partitions. */
  public CompletionStage<Done> stop() {
    stopping = true;
    present.get().ifPresent(Forwarding::wakeUp);
    pause.shutdown();
    return ended;
  }

  private void end() {
    decoders.shutdown();
    ended.complete(Done.getInstance());
  }

  private Source<Integer, NotUsed> forwarding() {
    return RestartSource.onFailuresWithBackoff(
            RestartSettings.create(config.restartMin(), config.restartMax(), SPREAD), this::life)
        .via(pause.flow())
        .named("intake")
        .withAttributes(ActorAttributes.dispatcher(ActorAttributes.IODispatcher().dispatcher()));
  }

  /** Numbers of submissions by transaction, until the stop or a failure. */
  private Source<Integer, NotUsed> life() {
    return stopping
        ? Source.empty()
        : Source.unfoldResource(
            this::open,
            life -> stopping ? Optional.empty() : Optional.of(life.forward()),
            this::close);
  }

  private Forwarding open() {
    Forwarding life = new Forwarding(system, installation, config, examiner);
    present.set(Optional.of(life));
    try {
      life.begin();
    } catch (RuntimeException e) {
      close(life);
      throw e;
    }
    return life;
  }

  private void close(Forwarding life) {
    present.set(Optional.empty());
    try (life) {
      life.leave();
      if (stopping) {
        ended.complete(Done.getInstance()); // the node need not wait for what closing waits for
      }
    }
  }
}
