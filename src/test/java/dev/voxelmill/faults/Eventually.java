package dev.voxelmill.faults;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Waits for facts; the deadline is for machines that are busy with something else. A broker that
 * does not answer is asked again.
 */
final class Eventually {
  static final Duration LIMIT = Duration.ofMinutes(6);

  private Eventually() {}

  static void holds(String what, BooleanSupplier fact) {
    try {
      Awaitility.await()
          .alias(what)
          .atMost(LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(100))
          .ignoreException(TimeoutException.class)
          .until(fact::getAsBoolean);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(what + ": not within " + LIMIT, e);
    }
  }

  static <T> T present(String what, Supplier<Optional<T>> fact) {
    AtomicReference<T> found = new AtomicReference<>();
    holds(
        what,
        () -> {
          fact.get().ifPresent(found::set);
          return found.get() != null;
        });
    return found.get();
  }
}
