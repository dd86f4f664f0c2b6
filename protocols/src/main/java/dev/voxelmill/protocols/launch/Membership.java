package dev.voxelmill.protocols.launch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's membership of the cluster: one actor system after another, in the same process.
 *
 * <p>The cluster removes a node that it could not hear for a while, and a removed actor system can
 * never come back; but the process is sound, and what it has loaded is dear. So it begins a new one
 * that joins as if it were new. Whatever must outlive a removal lives outside these systems.
 *
 * <p>When the JVM ends, Pekko's transport would close its connections at once; each actor system
 * therefore holds it back until {@link #leave} is done. Whoever uses this must call it at exit.
 */
public final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final Supplier<ActorSystem<?>> birth;
  private final BooleanSupplier mayJoin;
  private final Duration pause;

  /** Completes when the cluster has been left, or could not be. */
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  // Guarded by this.
  private Optional<ActorSystem<?>> present = Optional.empty();
  private boolean leaving;

  /**
   * Why an actor system was ended that another one shall follow.
   *
   * @param why for the log
   */
  public record Afresh(String why) implements CoordinatedShutdown.Reason {}

  /**
   * A membership that has not begun.
   *
   * @param birth starts an actor system that joins the cluster
   * @param pause between the end of one and the start of the next
   */
  public Membership(Supplier<ActorSystem<?>> birth, Duration pause) {
    this(birth, () -> true, pause);
  }

  /**
   * A membership that has not begun and waits for what a member needs.
   *
   * @param birth starts an actor system that joins the cluster
   * @param mayJoin whether to start one now; may block for a while
   * @param pause between the end of one and the start of the next, and between two questions
   */
  public Membership(Supplier<ActorSystem<?>> birth, BooleanSupplier mayJoin, Duration pause) {
    this.birth = birth;
    this.mayJoin = mayJoin;
    this.pause = pause;
  }

  /**
   * Is a member until {@link #leave}.
   *
   * @return whether it ended because it was told to; otherwise the actor system has failed
   */
  public boolean keep() throws InterruptedException {
    while (true) {
      awaitPermission();
      Optional<ActorSystem<?>> next = begin();
      if (next.isEmpty()) {
        return true;
      }
      CoordinatedShutdown shutdown = CoordinatedShutdown.get(next.get());
      Cancellable hold = shutdown.addCancellableJvmShutdownHook(left::join);
      next.get().getWhenTerminated().toCompletableFuture().join();
      hold.cancel();
      Optional<CoordinatedShutdown.Reason> reason = shutdown.getShutdownReason();
      if (isLeaving()) {
        return true;
      }
      if (reason.filter(Membership::isRemoval).isEmpty()) {
        LOG.error("the actor system ended: {}", reason);
        return false;
      }
      LOG.warn("this node joins the cluster again in {}: {}", pause, reason.get());
      awaitLeave(pause);
    }
  }

  /** This actor system is the last: whatever ends it, no other follows. */
  public synchronized void finish() {
    leaving = true;
    notifyAll();
  }

  /**
   * Leaves the cluster in order; a later call waits for the same end.
   *
   * @return whether that was done within the limit
   */
  public boolean leave(Duration limit) {
    Optional<ActorSystem<?>> last;
    synchronized (this) {
      finish();
      last = present;
    }
    try {
      if (last.isPresent()) {
        CoordinatedShutdown.get(last.get())
            .runAll(CoordinatedShutdown.jvmExitReason())
            .toCompletableFuture()
            .get(limit.toMillis(), TimeUnit.MILLISECONDS);
      }
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.error("left the cluster without order", e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      left.complete(null);
    }
  }

  private synchronized Optional<ActorSystem<?>> begin() {
    if (leaving) {
      return Optional.empty();
    }
    present = Optional.of(birth.get());
    return present;
  }

  private synchronized boolean isLeaving() {
    return leaving;
  }

  private void awaitPermission() throws InterruptedException {
    while (!isLeaving() && !mayJoin.getAsBoolean()) {
      awaitLeave(pause);
    }
  }

  private synchronized void awaitLeave(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toMillis(); !leaving && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
  }

  /**
   * Downed, never let in, or ended for the sake of the next: the process is sound and may try
   * again.
   */
  private static boolean isRemoval(CoordinatedShutdown.Reason reason) {
    return reason.equals(CoordinatedShutdown.clusterDowningReason())
        || reason.equals(CoordinatedShutdown.clusterJoinUnsuccessfulReason())
        || reason instanceof Afresh;
  }
}
