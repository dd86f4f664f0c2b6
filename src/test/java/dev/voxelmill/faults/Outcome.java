package dev.voxelmill.faults;

import java.util.ArrayList;
import java.util.List;

/** What a fault test saw; recorded for docs/FAULTS.md when the test has ended. */
public final class Outcome {
  private final List<String> notes = new ArrayList<>();
  private int runs;

  /** The fault has happened once more, and this is what came of it. */
  public void fired(String note) {
    fired(1, note);
  }

  /** The fault has happened so many times more, and this is what came of it. */
  public void fired(int times, String note) {
    runs += times;
    notes.add(note);
  }

  int runs() {
    return runs;
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
