package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.nn.script.ScriptLibrary;
import dev.voxelmill.gpu.nn.script.ScriptMethod;
import java.util.List;

/**
 * Prints an AutoencoderKL. Methods: {@code encode(image)}, {@code decode(latent)} and {@code
 * pull_back(latent, gradient)}.
 */
public final class AutoencoderPrinter {
  private static final ScriptLibrary LIBRARY = Blocks.library("autoencoder");

  private final AutoencoderConfig config;
  private final ScriptClass script;
  private final ParameterShapes parameters = new ParameterShapes();

  private AutoencoderPrinter(AutoencoderConfig config, PrintOptions options) {
    this.config = config;
    script =
        new ScriptClass(
            "AutoencoderKL",
            """
            Kingma and Welling, "Auto-encoding variational Bayes" (2014), of pictures.

            A picture (B, %d, H, W) in -1..1 and its latent (B, %d, H / %d, W / %d); results are float32."""
                .formatted(
                    config.inputs(), config.latents(), config.reduction(), config.reduction()),
            options.precision(),
            options.traced());
    script.use(LIBRARY).attribute("groups", "int", config.groups());
    script
        .method("The nonlinearity.", "activation", List.of("x: Tensor"), "Tensor")
        .line("return %s(x)".formatted(config.activation()));
  }

  public static PrintedNetwork print(AutoencoderConfig config, PrintOptions options) {
    AutoencoderPrinter printer = new AutoencoderPrinter(config, options);
    printer.printEncode();
    printer.printDecode();
    printer.printPullBack();
    return new PrintedNetwork(printer.script.source(), printer.parameters.byName());
  }

  private void printEncode() {
    int latents = config.latents();
    int channels = config.channels().getFirst();
    int last = config.channels().getLast();
    ScriptMethod method =
        script.method(
            "The posterior of a picture's latent: [mean, log of the variance], each (B, %d, h, w)."
                .formatted(latents),
            "encode",
            List.of("image: Tensor"),
            "List[Tensor]");
    parameters.conv("encoder.conv_in", config.inputs(), channels, 3);
    method.line("h = self.conv(self.entering(image), \"encoder.conv_in\", 1, 1)");
    method.seen("encoder.conv_in", "h");
    for (int i = 0; i < config.channels().size(); i++) {
      int width = config.channels().get(i);
      String name = "encoder.down_blocks." + i;
      method.comment("%s: %d -> %d channels".formatted(name, channels, width));
      for (int j = 0; j < config.resnets(); j++) {
        resnet(method, name + ".resnets." + j, channels, width);
        channels = width;
      }
      if (i < config.channels().size() - 1) {
        String half = name + ".downsamplers.0";
        parameters.conv(half + ".conv", width, width, 3);
        method.line("h = self.halved(h, \"%s.conv\")".formatted(half)).seen(half, "h");
      }
      method.seen(name, "h");
    }
    middle(method, "encoder.mid_block", last);
    end(method, "encoder", last, 2 * latents);
    parameters.conv("quant_conv", 2L * latents, 2L * latents, 1);
    method.line("h = self.conv(h, \"quant_conv\", 1, 0)").seen("quant_conv", "h");
    method.line("moments = torch.chunk(torch.to(h, 6), 2, 1)");
    method.line("return [moments[0], torch.clamp(moments[1], -30., 20.)]");
  }

  private void printDecode() {
    int channels = config.channels().getLast();
    List<Integer> widths = config.channels().reversed();
    ScriptMethod method =
        script.method(
            "The picture (B, %d, %d h, %d w) of a latent."
                .formatted(config.outputs(), config.reduction(), config.reduction()),
            "decode",
            List.of("latent: Tensor"),
            "Tensor");
    parameters.conv("post_quant_conv", config.latents(), config.latents(), 1);
    parameters.conv("decoder.conv_in", config.latents(), channels, 3);
    method.line("h = self.conv(self.entering(latent), \"post_quant_conv\", 1, 0)");
    method.seen("post_quant_conv", "h");
    method.line("h = self.conv(h, \"decoder.conv_in\", 1, 1)").seen("decoder.conv_in", "h");
    middle(method, "decoder.mid_block", channels);
    for (int i = 0; i < widths.size(); i++) {
      int width = widths.get(i);
      String name = "decoder.up_blocks." + i;
      method.comment("%s: %d -> %d channels".formatted(name, channels, width));
      for (int j = 0; j <= config.resnets(); j++) {
        resnet(method, name + ".resnets." + j, channels, width);
        channels = width;
      }
      if (i < widths.size() - 1) {
        String twice = name + ".upsamplers.0";
        parameters.conv(twice + ".conv", width, width, 3);
        method.line("h = self.doubled(h, \"%s.conv\")".formatted(twice)).seen(twice, "h");
      }
      method.seen(name, "h");
    }
    end(method, "decoder", channels, config.outputs());
    method.line("return torch.to(h, 6)");
  }

  private void printPullBack() {
    script
        .method(
            "The gradient at a latent, from that at its decoded picture.",
            "pull_back",
            List.of("latent: Tensor", "gradient: Tensor"),
            "Tensor")
        .line("leaf = torch.requires_grad_(torch.detach(latent))")
        .line("pulled = torch.sum(self.decode(leaf) * gradient)")
        .line("g = torch.autograd.grad([pulled], [leaf])")
        .line("return unchecked_cast(Tensor, g[0])");
  }

  private void middle(ScriptMethod method, String name, int channels) {
    String attention = name + ".attentions.0";
    method.comment(name);
    resnet(method, name + ".resnets.0", channels, channels);
    parameters.norm(attention + ".group_norm", channels);
    for (String layer : List.of(".to_q", ".to_k", ".to_v", ".to_out.0")) {
      parameters.linear(attention + layer, channels, channels);
    }
    method.line("h = self.attended(h, \"%s\")".formatted(attention)).seen(attention, "h");
    resnet(method, name + ".resnets.1", channels, channels);
    method.seen(name, "h");
  }

  /** The normalisation and convolution that end the encoder and the decoder. */
  private void end(ScriptMethod method, String name, int in, int out) {
    parameters.norm(name + ".conv_norm_out", in).conv(name + ".conv_out", in, out, 3);
    method.line("h = self.group_norm(h, \"%s.conv_norm_out\", self.groups, 1e-06)".formatted(name));
    method.seen(name + ".conv_norm_out", "h");
    method.line("h = self.conv(torch.silu(h), \"%s.conv_out\", 1, 1)".formatted(name));
    method.seen(name + ".conv_out", "h");
  }

  private void resnet(ScriptMethod method, String name, int in, int out) {
    parameters.norm(name + ".norm1", in).conv(name + ".conv1", in, out, 3);
    parameters.norm(name + ".norm2", out).conv(name + ".conv2", out, out, 3);
    String kept = "h";
    if (in != out) {
      parameters.conv(name + ".conv_shortcut", in, out, 1);
      kept = "self.conv(h, \"%s.conv_shortcut\", 1, 0)".formatted(name);
    }
    method.line("h = %s + self.residual(h, \"%s\")".formatted(kept, name)).seen(name, "h");
  }
}
