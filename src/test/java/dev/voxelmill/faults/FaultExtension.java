package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Gives tests the one cluster of the run, which starts with the first test that asks for it, and an
 * {@link Outcome} each. After a test that took the cluster it is healed and judged; after every
 * test the outcome is recorded, and a test whose fault never fired has failed.
 */
public final class FaultExtension implements ParameterResolver, AfterEachCallback, TestWatcher {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(FaultExtension.class);
  private static final String USED = "used the cluster";

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == FaultCluster.class || type == Outcome.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == Outcome.class) {
      return context
          .getStore(SPACE)
          .getOrComputeIfAbsent(Outcome.class, t -> new Outcome(), Outcome.class);
    }
    Shared shared = shared(context);
    // Not the cluster itself: JUnit closes what a test's store holds when the test ends.
    context.getStore(SPACE).put(USED, true);
    return shared.cluster;
  }

  private static Shared shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(SPACE)
        .getOrComputeIfAbsent(Shared.class, type -> Shared.start(), Shared.class);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getStore(SPACE).get(USED) != null) {
      FaultCluster cluster = shared(context).cluster;
      if (context.getExecutionException().isPresent()) {
        System.err.println(cluster.lastWords());
      }
      cluster.heal();
      if (context.getExecutionException().isEmpty()) {
        cluster.assertSound();
      }
    }
    if (context.getExecutionException().isEmpty() && fault(context).isPresent()) {
      assertTrue(outcome(context).runs() > 0, "the fault never fired");
    }
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    record(context, Optional.empty());
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    record(context, Optional.of("failed: " + cause));
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    record(context, Optional.of("skipped: " + cause.getMessage()));
  }

  private static void record(ExtensionContext context, Optional<String> problem) {
    fault(context)
        .ifPresent(fault -> FaultTable.record(fault, tier(context), outcome(context), problem));
  }

  private static String tier(ExtensionContext context) {
    if (context.getTags().contains("simulation")) {
      return "simulation";
    }
    return context.getTags().contains("faults") ? "processes, `-Pfaults`" : "processes";
  }

  private static Outcome outcome(ExtensionContext context) {
    return context
        .getStore(SPACE)
        .getOrComputeIfAbsent(Outcome.class, t -> new Outcome(), Outcome.class);
  }

  /** Absent where the test is about a part that the faults' tests rely on. */
  private static Optional<Fault> fault(ExtensionContext context) {
    return Optional.ofNullable(context.getRequiredTestMethod().getAnnotation(Fault.class));
  }

  /** Lives as long as the test run. */
  private record Shared(FaultCluster cluster) implements AutoCloseable {
    static Shared start() {
      try {
        return new Shared(
            FaultCluster.start(Files.createTempDirectory("voxelmill-faults-"), Layout.here(3, 2)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      cluster.close();
    }
  }
}
