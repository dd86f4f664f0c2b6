package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.nn.diffusers.UNet.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A UNet with its intermediate tensors. Tensors are named {@code run.name}: the inputs of a run are
 * its own and, where it has none, those of run {@code a}; its answers are {@code out} and outputs
 * of modules by their names.
 */
final class UNetParity implements CaseKind {
  private static final String FIRST = "a";
  private static final String RESIDUAL = "down_block_additional_residuals.";

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    try (UNet unet = UNet.load(scope, recording.folder("unet"), PrintOptions.PLAIN.withTrace())) {
      for (Map.Entry<String, List<String>> run : runs(recording).entrySet()) {
        NDArray out = unet.predict(scope, question(scope, recording, run.getKey()));
        for (String name : run.getValue()) {
          answers.put(
              run.getKey() + "." + name,
              name.equals("out") ? out : unet.network().shown(scope, name));
        }
      }
    }
    return answers;
  }

  /** The runs with the names of what was recorded of each. */
  private static Map<String, List<String>> runs(Recording recording) {
    Map<String, List<String>> runs = new TreeMap<>();
    for (String name : recording.expected().keySet()) {
      int dot = name.indexOf('.');
      runs.computeIfAbsent(name.substring(0, dot), run -> new ArrayList<>())
          .add(name.substring(dot + 1));
    }
    return runs;
  }

  private static Question question(NDManager scope, Recording recording, String run) {
    Question question =
        Question.of(
            recording.tensor(scope, input(recording, run, "sample")),
            recording.tensor(scope, input(recording, run, "timestep")),
            recording.tensor(scope, input(recording, run, "encoder_hidden_states")));
    String labels = input(recording, run, "class_labels");
    if (recording.hasInput(labels)) {
      FixtureTensor tensor = recording.input(labels);
      question =
          question.withLabels(
              tensor.dtype().startsWith("I")
                  ? recording.whole(scope, labels)
                  : recording.tensor(scope, labels));
    }
    String mask = run + ".encoder_attention_mask";
    if (recording.hasInput(mask)) {
      question = question.withMask(recording.tensor(scope, mask));
    }
    return question.withResiduals(residuals(scope, recording, run));
  }

  private static String input(Recording recording, String run, String name) {
    String own = run + "." + name;
    return recording.hasInput(own) ? own : FIRST + "." + name;
  }

  private static List<NDArray> residuals(NDManager scope, Recording recording, String run) {
    List<NDArray> residuals = new ArrayList<>();
    String name = run + "." + RESIDUAL;
    while (recording.hasInput(name + residuals.size())) {
      residuals.add(recording.tensor(scope, name + residuals.size()));
    }
    if (!residuals.isEmpty()) {
      residuals.add(recording.tensor(scope, run + ".mid_block_additional_residual"));
    }
    return residuals;
  }
}
