package dev.voxelmill.actors.nemesis;

import java.util.Locale;

/** What a process of an installation is for. */
enum Role {
  BROKER,
  SUPERVISOR,
  WORKER;

  /** The name of a process, such as {@code worker-2}; there is only one broker. */
  String named(int number) {
    String word = name().toLowerCase(Locale.ROOT);
    return this == BROKER ? word : word + "-" + number;
  }
}
