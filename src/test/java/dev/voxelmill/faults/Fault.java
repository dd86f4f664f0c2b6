package dev.voxelmill.faults;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a test does to the installation; a line of docs/FAULTS.md. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Fault {
  /** Number in the list of faults, such as {@code F01}. */
  String id();

  /** The fault, in a few words. */
  String what();

  /** What the test asserts beside every {@link dev.voxelmill.actors.history.Promise}. */
  String also();
}
