package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.nn.script.ScriptMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a timestep, and what else a network is conditioned on as a whole, becomes one vector.
 *
 * @param sinusoids number of sinusoids of the timestep
 * @param width of the embedding
 * @param cosineFirst whether the cosines come before the sines
 * @param shift of the sinusoids' frequencies
 * @param activation between the two layers
 * @param after the second layer, as TorchScript calls it
 * @param last on the sum, as TorchScript calls it
 * @param condition what is added
 * @param concatenated whether it stands beside the timestep's embedding instead
 */
record TimeEmbedding(
    int sinusoids,
    int width,
    boolean cosineFirst,
    double shift,
    String activation,
    Optional<String> after,
    Optional<String> last,
    ClassCondition condition,
    boolean concatenated) {

  static TimeEmbedding of(ConfigFile config, int firstChannels) {
    config.oneOf("time_embedding_type", "positional", List.of("positional"));
    return new TimeEmbedding(
        firstChannels,
        config.count("time_embedding_dim", 4 * firstChannels),
        config.flag("flip_sin_to_cos", true),
        config.real("freq_shift", 0),
        Activations.of(config, "act_fn").orElse("torch.silu"),
        Activations.of(config, "timestep_post_act"),
        Activations.of(config, "time_embedding_act_fn"),
        ClassCondition.of(config),
        config.flag("class_embeddings_concat", false));
  }

  /** Width of the vector that the blocks are given. */
  int total() {
    return concatenated ? 2 * width : width;
  }

  boolean takesLabels() {
    return !(condition instanceof ClassCondition.None);
  }

  /** The arguments that {@code embed} takes: {@code t, b} and, where there is one, the label. */
  String arguments() {
    return takesLabels()
        ? "timestep, torch.size(sample, 0), labels"
        : "timestep, torch.size(sample, 0)";
  }

  /** The parameters of a method that calls {@code embed}, after the sample and the timestep. */
  List<String> labelParameter() {
    return takesLabels() ? List.of("labels: Tensor") : List.of();
  }

  /** Prints {@code embed}. */
  void print(ScriptClass script, ParameterShapes parameters) {
    parameters.linear("time_embedding.linear_1", sinusoids, width);
    parameters.linear("time_embedding.linear_2", width, width);
    List<String> signature = new ArrayList<>(List.of("t: Tensor", "b: int"));
    signature.addAll(labelParameter());
    ScriptMethod method =
        script.method(
            "Timesteps t (1 or B)"
                + (takesLabels() ? " and labels" : "")
                + " -> (B, "
                + total()
                + ")",
            "embed",
            signature,
            "Tensor");
    method.line("p = " + sinusoidsOf("self.each(t, b)")).seen("time_proj", "p");
    twoLayers(method, "time_embedding", activation);
    after.ifPresent(function -> method.line("e = " + function + "(e)"));
    method.seen("time_embedding", "e");
    if (takesLabels()) {
      method.line("time = e");
      printCondition(method, parameters);
      method.seen("class_embedding", "e");
      method.line(concatenated ? "e = torch.cat([time, e], 1)" : "e = time + e");
    }
    last.ifPresent(function -> method.line("e = " + function + "(e)"));
    method.line("return e");
  }

  private void printCondition(ScriptMethod method, ParameterShapes parameters) {
    String name = "class_embedding";
    switch (condition) {
      case ClassCondition.None() -> throw new IllegalStateException("no condition to print");
      case ClassCondition.Numbered(int classes) -> {
        parameters.embedding(name, classes, width);
        method.line("e = self.rows(labels, \"class_embedding\")");
      }
      case ClassCondition.Timestep() -> {
        layers(parameters, name, sinusoids);
        method.line("p = " + sinusoidsOf("labels"));
        twoLayers(method, name, activation);
      }
      case ClassCondition.Identity() -> method.line("e = self.entering(labels)");
      case ClassCondition.Projection(int in) -> {
        layers(parameters, name, in);
        method.line("p = self.entering(labels)");
        twoLayers(method, name, "torch.silu");
      }
      case ClassCondition.SimpleProjection(int in) -> {
        parameters.linear(name, in, width);
        method.line("e = self.linear(self.entering(labels), \"class_embedding\")");
      }
    }
  }

  private void layers(ParameterShapes parameters, String name, int in) {
    parameters.linear(name + ".linear_1", in, width).linear(name + ".linear_2", width, width);
  }

  private String sinusoidsOf(String timesteps) {
    return "self.entering(self.sinusoids(%s, %d, %s, %s))"
        .formatted(timesteps, sinusoids, shift, cosineFirst ? "True" : "False");
  }

  private static void twoLayers(ScriptMethod method, String name, String between) {
    method.line("e = %s(self.linear(p, \"%s.linear_1\"))".formatted(between, name));
    method.line("e = self.linear(e, \"%s.linear_2\")".formatted(name));
  }
}
