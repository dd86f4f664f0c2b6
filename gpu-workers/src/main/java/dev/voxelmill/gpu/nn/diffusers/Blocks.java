package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.nn.script.ScriptLibrary;
import dev.voxelmill.gpu.nn.script.ScriptMethod;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints the blocks that UNets and ControlNets share, into a method whose variables are {@code h}
 * (the map), {@code e} (the embedding), {@code context} and {@code bias} (of cross-attention) and
 * {@code skips} (the maps that wait for the way up).
 */
final class Blocks {
  private static final ScriptLibrary BLOCKS = library("blocks");

  private final ParameterShapes parameters;
  private final BlockStyle style;
  private final int embedding;

  /**
   * @param embedding width of {@code e}
   */
  Blocks(ScriptClass script, ParameterShapes parameters, BlockStyle style, int embedding) {
    this.parameters = parameters;
    this.style = style;
    this.embedding = embedding;
    script
        .use(BLOCKS)
        .use(library(style.scaleShift() ? "time_scale_shift" : "time_shift"))
        .use(library(style.linearProjection() ? "projection_linear" : "projection_conv"))
        .attribute("groups", "int", style.groups())
        .attribute("eps", "float", style.eps());
    if (style.upcast()) {
      script.use(library("upcast"));
    }
    script
        .method("The nonlinearity.", "activation", List.of("x: Tensor"), "Tensor")
        .line("return %s(x)".formatted(style.activation()));
  }

  static ScriptLibrary library(String name) {
    return ScriptLibrary.resource(Blocks.class, name + ".torchscript");
  }

  /** The way down; leaves the channels of every skip, the first convolution's first. */
  List<Integer> down(ScriptMethod method, List<Level> levels) {
    List<Integer> skips = new ArrayList<>(List.of(levels.getFirst().channels()));
    method.line("skips = [h]");
    int channels = levels.getFirst().channels();
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      String name = "down_blocks." + i;
      method.comment(describe(name, level, channels));
      for (int j = 0; j < level.resnets(); j++) {
        resnet(method, name + ".resnets." + j, channels, level.channels(), 1);
        channels = level.channels();
        transformer(method, name + ".attentions." + j, level);
        method.line("torch.append(skips, h)");
        skips.add(channels);
      }
      if (i < levels.size() - 1) {
        String half = name + ".downsamplers.0";
        parameters.conv(half + ".conv", channels, channels, 3);
        String from = style.downPadding() == 0 ? "self.padded(h)" : "h";
        method.line(
            "h = self.conv(%s, \"%s.conv\", 2, %d)".formatted(from, half, style.downPadding()));
        method.seen(half, "h").line("torch.append(skips, h)");
        skips.add(channels);
      }
      method.seen(name, "h");
    }
    return skips;
  }

  /** The block between the ways. */
  void middle(ScriptMethod method, Level level, double scale) {
    method.comment(describe("mid_block", level, level.channels()));
    resnet(method, "mid_block.resnets.0", level.channels(), level.channels(), scale);
    transformer(method, "mid_block.attentions.0", level);
    resnet(method, "mid_block.resnets.1", level.channels(), level.channels(), scale);
    method.seen("mid_block", "h");
  }

  /** The way up, which empties the skips. */
  void up(ScriptMethod method, List<Level> levels, List<Integer> skips) {
    List<Integer> waiting = new ArrayList<>(skips);
    int channels = levels.getFirst().channels();
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      String name = "up_blocks." + i;
      method.comment(describe(name, level, channels));
      for (int j = 0; j < level.resnets(); j++) {
        method.line("h = torch.cat([h, torch.pop(skips)], 1)");
        int joined = channels + waiting.removeLast();
        resnet(method, name + ".resnets." + j, joined, level.channels(), 1);
        channels = level.channels();
        transformer(method, name + ".attentions." + j, level);
      }
      if (i < levels.size() - 1) {
        String twice = name + ".upsamplers.0";
        parameters.conv(twice + ".conv", channels, channels, 3);
        method.line(
            "h = self.conv(self.enlarged(h, skips[-1]), \"%s.conv\", 1, 1)".formatted(twice));
        method.seen(twice, "h");
      }
      method.seen(name, "h");
    }
  }

  private void resnet(ScriptMethod method, String name, int in, int out, double scale) {
    parameters.norm(name + ".norm1", in).conv(name + ".conv1", in, out, 3);
    parameters.linear(name + ".time_emb_proj", embedding, style.scaleShift() ? 2L * out : out);
    parameters.norm(name + ".norm2", out).conv(name + ".conv2", out, out, 3);
    String kept = "h";
    if (in != out) {
      parameters.conv(name + ".conv_shortcut", in, out, 1);
      kept = "self.conv(h, \"%s.conv_shortcut\", 1, 0)".formatted(name);
    }
    String sum = "%s + self.residual(h, e, \"%s\")".formatted(kept, name);
    method.line(scale == 1 ? "h = " + sum : "h = (" + sum + ") / " + scale);
    method.seen(name, "h");
  }

  private void transformer(ScriptMethod method, String name, Level level) {
    if (!level.attends()) {
      return;
    }
    int c = level.channels();
    parameters.norm(name + ".norm", c);
    projection(name + ".proj_in", c);
    for (int i = 0; i < level.layers(); i++) {
      String layer = name + ".transformer_blocks." + i;
      for (int j = 1; j <= 3; j++) {
        parameters.norm(layer + ".norm" + j, c);
      }
      attention(layer + ".attn1", c, level.crossed() ? level.context() : c);
      attention(layer + ".attn2", c, level.context());
      parameters.linear(layer + ".ff.net.0.proj", c, 8L * c).linear(layer + ".ff.net.2", 4L * c, c);
    }
    projection(name + ".proj_out", c);
    method.line(
        "h = self.transformer(h, context, bias, \"%s\", %d, %d, %s)"
            .formatted(name, level.heads(), level.layers(), level.crossed() ? "True" : "False"));
  }

  private void attention(String name, int channels, int context) {
    parameters.matrix(name + ".to_q", channels, channels);
    parameters.matrix(name + ".to_k", context, channels);
    parameters.matrix(name + ".to_v", context, channels);
    parameters.linear(name + ".to_out.0", channels, channels);
  }

  private void projection(String name, int channels) {
    if (style.linearProjection()) {
      parameters.linear(name, channels, channels);
    } else {
      parameters.conv(name, channels, channels, 1);
    }
  }

  private static String describe(String name, Level level, int from) {
    return level.attends()
        ? "%s: %d -> %d channels, %d heads".formatted(name, from, level.channels(), level.heads())
        : "%s: %d -> %d channels".formatted(name, from, level.channels());
  }
}
