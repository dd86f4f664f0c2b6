package dev.voxelmill.gpu.worker;

import com.typesafe.config.Config;
import dev.voxelmill.gpu.engine.DeviceThread;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/**
 * Gives a Pekko dispatcher one device thread, so that an actor on it may touch libtorch. Named by
 * {@code executor} in {@code conf/worker.conf}; Pekko's own pinned threads have too small a stack.
 */
public final class DeviceDispatcher extends ExecutorServiceConfigurator {
  /** Called by Pekko, which prescribes these parameters. */
  public DeviceDispatcher(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(
      String id, ThreadFactory threadFactory) {
    return new SingleThread(DeviceThread.factory("device"));
  }

  private record SingleThread(ThreadFactory threads) implements ExecutorServiceFactory {
    @Override
    public ExecutorService createExecutorService() {
      return Executors.newSingleThreadExecutor(threads);
    }
  }
}
