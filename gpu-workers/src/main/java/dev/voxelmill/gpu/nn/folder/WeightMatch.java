package dev.voxelmill.gpu.nn.folder;

import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.protocols.plan.EditDistance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Which stored tensor is which parameter, or what keeps a checkpoint from fitting its network. */
final class WeightMatch {
  /** Buffers that older libraries stored and every reader ignores. */
  private static final Pattern IGNORED = Pattern.compile("(.*\\.)?(position_ids|logit_scale)");

  private static final Set<StoredType> FLOATS =
      Set.of(StoredType.F32, StoredType.F16, StoredType.BF16, StoredType.F64);

  private static final int SHOWN = 4;

  private final Map<String, Shape> wanted;
  private final WeightFolder weights;
  private final Map<String, String> storedNames = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private WeightMatch(Map<String, Shape> wanted, WeightFolder weights) {
    this.wanted = wanted;
    this.weights = weights;
  }

  /**
   * The stored name of each parameter.
   *
   * @param renamed from a stored name to that of the parameter
   * @throws ModelFolderException naming missing, unexpected and mis-shaped tensors
   */
  static Map<String, String> of(
      Map<String, Shape> wanted, WeightFolder weights, UnaryOperator<String> renamed) {
    WeightMatch match = new WeightMatch(wanted, weights);
    for (String stored : weights.entries().keySet()) {
      match.storedNames.put(renamed.apply(stored), stored);
    }
    match.check();
    if (!match.problems.isEmpty()) {
      throw new ModelFolderException(
          weights.folder(),
          "weights",
          String.join("; ", match.problems),
          "exactly the " + wanted.size() + " tensors that config.json asks for",
          "use weights and config.json of one checkpoint");
    }
    match.storedNames.keySet().retainAll(wanted.keySet());
    return match.storedNames;
  }

  /**
   * Whether a stored tensor serves a parameter: a linear layer may be stored as 1x1 convolution.
   */
  static boolean serves(Shape stored, Shape wanted) {
    return stored.equals(wanted)
        || (wanted.dimension() == 2
            && stored.dimension() == 4
            && stored.equals(new Shape(wanted.get(0), wanted.get(1), 1, 1)));
  }

  private void check() {
    Set<String> missing = new TreeSet<>(wanted.keySet());
    missing.removeAll(storedNames.keySet());
    Set<String> unexpected = new TreeSet<>(storedNames.keySet());
    unexpected.removeAll(wanted.keySet());
    unexpected.removeIf(name -> IGNORED.matcher(name).matches());
    report("missing", missing, unexpected);
    report("unexpected", unexpected, missing);
    List<String> misshaped = new ArrayList<>();
    wanted.forEach(
        (name, shape) -> {
          if (storedNames.containsKey(name)) {
            SafeTensors.Entry entry = weights.entries().get(storedNames.get(name));
            if (!serves(entry.shape(), shape) || !FLOATS.contains(entry.type())) {
              misshaped.add(
                  "%s is %s %s, not %s".formatted(name, entry.type(), entry.shape(), shape));
            }
          }
        });
    if (!misshaped.isEmpty()) {
      problems.add(misshaped.size() + " mis-shaped: " + some(misshaped));
    }
  }

  private void report(String what, Set<String> names, Set<String> candidates) {
    if (names.isEmpty()) {
      return;
    }
    List<String> shown =
        names.stream().limit(SHOWN).map(name -> name + nearest(name, candidates)).toList();
    problems.add(names.size() + " " + what + ": " + some(shown, names.size()));
  }

  private static String nearest(String name, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> EditDistance.between(name, candidate)))
        .map(candidate -> " (nearest: " + candidate + ")")
        .orElse("");
  }

  private static String some(List<String> all) {
    return some(all.subList(0, Math.min(SHOWN, all.size())), all.size());
  }

  private static String some(List<String> shown, int of) {
    return String.join(", ", shown) + (of > shown.size() ? ", .." : "");
  }
}
