package dev.voxelmill.gpu.engine;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/**
 * A platform thread with a 64 MiB native stack, the only kind of thread that may touch libtorch.
 *
 * <p>The passes of the TorchScript compiler recurse over the graph: a script of a thousand layers
 * overruns the 1 MiB stack of an ordinary Java thread, or of a virtual thread's carrier, and ends
 * the JVM with a bare segmentation fault. Several of libtorch's switches, gradient mode and
 * executor mode among them, are thread-local too. Both are settled by naming the thread: {@link
 * #require()} stands at every entry to native code and refuses any other.
 *
 * <p>One instance owns one thread; work runs in the order in which it was handed over.
 */
public final class DeviceThread implements AutoCloseable {
  private static final long NATIVE_STACK_BYTES = 64L << 20;

  private final ThreadFactory factory;
  private final ExecutorService executor;

  private DeviceThread(String name) {
    factory = factory(name);
    executor = Executors.newSingleThreadExecutor(factory);
  }

  /** Starts a device thread of that name. */
  public static DeviceThread open(String name) {
    return new DeviceThread(name);
  }

  /**
   * Makes threads that pass {@link #require()}, for executors that insist on making their own, such
   * as an actor system's pinned dispatcher. They are daemons, so that a stuck kernel cannot keep a
   * process alive.
   */
  public static ThreadFactory factory(String name) {
    requireNonNull(name, "name");
    return new Factory(name);
  }

  /** Refuses, naming the caller's thread and the remedy, unless called on a device thread. */
  public static void require() {
    if (!isCurrent()) {
      throw new IllegalStateException(
          "thread: "
              + Thread.currentThread()
              + " (expected: a device thread, which has the native stack libtorch needs;"
              + " fix: wrap the work in DeviceThread.call or run)");
    }
  }

  private static boolean isCurrent() {
    return Thread.currentThread() instanceof Deep;
  }

  /**
   * Runs work on this thread and waits for it; at once if the caller is already on it.
   *
   * @throws RuntimeException the work's own exception; a checked one arrives as the cause of an
   *     {@link UncheckedIOException} or {@link IllegalStateException}
   */
  public <T> T call(Callable<T> work) {
    requireNonNull(work, "work");
    if (Thread.currentThread() instanceof Deep deep && deep.owner.equals(factory)) {
      return callHere(work);
    }
    Future<T> result = executor.submit(work);
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a device thread", e);
    }
  }

  /** Runs work on this thread and waits for it, as {@link #call} does. */
  public void run(ThrowingRunnable work) {
    requireNonNull(work, "work");
    call(
        () -> {
          work.run();
          return null;
        });
  }

  /** Finishes the work handed over so far and ends the thread. */
  @Override
  public void close() {
    executor.close();
  }

  private static <T> T callHere(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      throw unchecked(e);
    }
  }

  private static RuntimeException unchecked(Throwable cause) {
    return switch (cause) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      case IOException e -> new UncheckedIOException(e);
      default -> new IllegalStateException("work on a device thread failed: " + cause, cause);
    };
  }

  /** Makes threads of one name; its identity tells a device thread its own work from another's. */
  private static final class Factory implements ThreadFactory {
    private final String name;

    Factory(String name) {
      this.name = name;
    }

    @Override
    public Thread newThread(Runnable work) {
      return new Deep(this, name, work);
    }
  }

  /** The mark by which {@link #require()} knows a device thread. */
  private static final class Deep extends Thread {
    private final ThreadFactory owner;

    Deep(ThreadFactory owner, String name, Runnable work) {
      super(null, work, name, NATIVE_STACK_BYTES, false);
      this.owner = owner;
      setDaemon(true);
    }
  }
}
