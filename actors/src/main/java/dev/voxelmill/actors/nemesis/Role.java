package dev.voxelmill.actors.nemesis;

import java.util.Locale;

/** What a process of an installation is for. */
enum Role {
  BROKER,
  SUPERVISOR,
  WORKER;

  /** The name of a process, such as {@code worker-2}; there is only one broker. */
  String named(int number) {
    return this == BROKER ? word() : word() + "-" + number;
  }

  /** Whether a process of that name is one of this role. */
  boolean isOf(String name) {
    return name.equals(word()) || name.startsWith(word() + "-");
  }

  /** Such as {@code worker}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
