package dev.voxelmill.protocols.lifecycle;

import java.util.ArrayList;
import java.util.List;

/** The next state of a job and what is to be done about it. */
public record Decision(JobState next, List<Effect> effects) {
  public Decision {
    effects = List.copyOf(effects);
  }

  /** This decision and, after it, one that was made from its state. */
  Decision then(Decision later) {
    List<Effect> all = new ArrayList<>(effects);
    all.addAll(later.effects);
    return new Decision(later.next, all);
  }

  /** The effects of one kind, in order. */
  public <E extends Effect> List<E> effects(Class<E> kind) {
    return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
