package dev.voxelmill.gpu.nn.diffusers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Several questions to one UNet, of different jobs and each at its own timestep, as one question
 * with all their rows.
 *
 * <p>Samples must be of one height and width, contexts of one length, and either all or none have
 * labels, a mask, or residuals.
 */
final class JointQuestions {
  private final NDManager scope;
  private final List<UNet.Question> questions;

  JointQuestions(NDManager scope, List<UNet.Question> questions) {
    this.scope = scope;
    this.questions = List.copyOf(questions);
  }

  /** All of them as one. */
  UNet.Question joined() {
    return new UNet.Question(
        rows(UNet.Question::sample),
        rows(question -> perRow(question.timestep(), rowsOf(question))),
        rows(UNet.Question::context),
        rowsIfAny(UNet.Question::labels, "labels"),
        rowsIfAny(UNet.Question::mask, "mask"),
        residuals());
  }

  /**
   * The references of all rows.
   *
   * @param references of the rows of each question
   */
  NDArray joinedReferences(List<NDArray> references) {
    requireAllOrNone("references", references.size());
    for (int i = 0; i < references.size(); i++) {
      Shapes.require(references.get(i), "reference", rowsOf(questions.get(i)), -1, -1, -1);
    }
    return concatenated(references);
  }

  /**
   * The rows of an answer that belong to each question; they share its storage.
   *
   * @param owner of the parts
   */
  List<NDArray> parted(NDManager owner, NDArray answer) {
    List<NDArray> parts = new ArrayList<>();
    long begin = 0;
    for (UNet.Question question : questions) {
      long end = begin + rowsOf(question);
      NDArray part = answer.get(begin + ":" + end);
      part.attach(owner);
      parts.add(part);
      begin = end;
    }
    return parts;
  }

  private static long rowsOf(UNet.Question question) {
    return question.sample().getShape().get(0);
  }

  private NDArray rows(Function<UNet.Question, NDArray> column) {
    return concatenated(questions.stream().map(column).toList());
  }

  private Optional<NDArray> rowsIfAny(
      Function<UNet.Question, Optional<NDArray>> column, String name) {
    List<NDArray> present = questions.stream().flatMap(one -> column.apply(one).stream()).toList();
    requireAllOrNone(name, present.size());
    return present.isEmpty() ? Optional.empty() : Optional.of(concatenated(present));
  }

  private List<NDArray> residuals() {
    int count = questions.getFirst().residuals().size();
    requireAllOrNone(
        "residuals", (int) questions.stream().filter(one -> !one.residuals().isEmpty()).count());
    List<NDArray> joined = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int residual = i;
      joined.add(rows(question -> question.residuals().get(residual)));
    }
    return joined;
  }

  private void requireAllOrNone(String name, int present) {
    if (present != 0 && present != questions.size()) {
      throw new IllegalArgumentException(
          "%s: of %d questions of %d (expected: of all or of none)"
              .formatted(name, present, questions.size()));
    }
  }

  private NDArray perRow(NDArray timestep, long rows) {
    NDArray one = timestep.reshape(-1);
    one.attach(scope);
    NDArray each = one.broadcast(new Shape(rows));
    each.attach(scope);
    return each;
  }

  private NDArray concatenated(List<NDArray> arrays) {
    NDArray joined = NDArrays.concat(new NDList(arrays), 0);
    joined.attach(scope);
    return joined;
  }
}
