package dev.voxelmill.gpu.clip;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.nn.script.ScriptLibrary;
import java.util.List;

/**
 * What both towers are made of: a stack of equal layers.
 *
 * @param width channels of every token
 * @param wide channels between a layer's two linear layers
 * @param layers how many
 * @param heads of the attention
 * @param projected channels of the space that texts and pictures share
 * @param epsilon of the normalisations
 * @param activation between the two linear layers, a method of {@code clip.torchscript}
 */
record TowerShape(
    int width, int wide, int layers, int heads, int projected, double epsilon, String activation) {
  private static final List<String> ACTIVATIONS = List.of("quick_gelu", "gelu");
  private static final ScriptLibrary CLIP =
      ScriptLibrary.resource(TowerShape.class, "clip.torchscript");

  /** Reads a {@code config.json}; the arguments are the library's defaults. */
  static TowerShape read(ConfigFile config, int width, int wide, int heads) {
    TowerShape shape =
        new TowerShape(
            config.count("hidden_size", width),
            config.count("intermediate_size", wide),
            config.count("num_hidden_layers", 12),
            config.count("num_attention_heads", heads),
            config.count("projection_dim", 512),
            config.real("layer_norm_eps", 1e-5),
            config.oneOf("hidden_act", "quick_gelu", ACTIVATIONS));
    if (shape.width % shape.heads != 0) {
      throw config.wrong(
          "num_attention_heads",
          Integer.toString(shape.heads),
          "a divisor of hidden_size, " + shape.width);
    }
    return shape;
  }

  /** A class with the layers' methods. */
  ScriptClass begin(String name, String comment, Precision precision, boolean traced) {
    ScriptClass tower = new ScriptClass(name, comment, precision, traced).use(CLIP);
    tower
        .method("The activation of this tower.", "activation", List.of("x: Tensor"), "Tensor")
        .line("return self.%s(x)".formatted(activation));
    return tower;
  }

  /** The call of a layer on {@code x}. */
  String layerCall(String model, int layer, String bias) {
    return "x = self.layer(x, \"%s.encoder.layers.%d\", %d, %s, %s)"
        .formatted(model, layer, heads, Double.toString(epsilon), bias);
  }

  void layerParameters(String model, ParameterShapes shapes) {
    for (int layer = 0; layer < layers; layer++) {
      String name = "%s.encoder.layers.%d".formatted(model, layer);
      for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        shapes.linear(name + ".self_attn." + part, width, width);
      }
      shapes.norm(name + ".layer_norm1", width).norm(name + ".layer_norm2", width);
      shapes.linear(name + ".mlp.fc1", width, wide).linear(name + ".mlp.fc2", wide, width);
    }
  }

  /**
   * What the vectors of a sequence take while a layer runs, in bytes of float32, as an estimate:
   * the layer's input, what attention added and its normalisation, and the wide values before and
   * after the activation; or queries, keys, values and what attention makes of them.
   */
  long workingBytes(long tokens) {
    return Float.BYTES * tokens * Math.max(3L * width + 2L * wide, 7L * width);
  }
}
