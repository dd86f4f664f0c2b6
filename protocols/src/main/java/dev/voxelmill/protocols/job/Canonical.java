package dev.voxelmill.protocols.job;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * One object for all equal values of a type: a hundred thousand queued jobs that differ in little
 * but their names then share what they have in common. A value that nobody holds is forgotten.
 */
public final class Canonical<T> {
  private final Map<T, WeakReference<T>> values = new WeakHashMap<>();

  /** The value that stands for all that are equal to this one, which must not change any more. */
  public synchronized T of(T value) {
    WeakReference<T> known = values.get(value);
    T first = known == null ? null : known.get();
    if (first != null) {
      return first;
    }
    values.put(value, new WeakReference<>(value));
    return value;
  }
}
