package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.nn.script.ScriptMethod;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints a ControlNetModel. Method: {@code residuals(sample, timestep, context, [labels,] hint,
 * scale)}.
 */
public final class ControlNetPrinter {
  private final ControlNetConfig config;
  private final ScriptClass script;
  private final ParameterShapes parameters = new ParameterShapes();
  private final Blocks blocks;

  private ControlNetPrinter(ControlNetConfig config, PrintOptions options) {
    this.config = config;
    script =
        new ScriptClass(
            "ControlNetModel",
            """
            Zhang et al., "Adding conditional control to text-to-image diffusion models" (2023).

            sample (B, %d, h, w), context (B, S, %d), hint (1 or B, %d, %d h, %d w) in -1..1 or 0..1"""
                .formatted(
                    config.inputs(),
                    config.down().getFirst().context(),
                    config.hints(),
                    config.reduction(),
                    config.reduction()),
            options.precision(),
            options.traced());
    blocks = new Blocks(script, parameters, config.style(), config.time().total());
  }

  public static PrintedNetwork print(ControlNetConfig config, PrintOptions options) {
    ControlNetPrinter printer = new ControlNetPrinter(config, options);
    config.time().print(printer.script, printer.parameters);
    printer.printHint();
    printer.printResiduals();
    return new PrintedNetwork(printer.script.source(), printer.parameters.byName());
  }

  private void printHint() {
    List<Integer> channels = config.hintChannels();
    int first = config.down().getFirst().channels();
    String name = "controlnet_cond_embedding";
    ScriptMethod method =
        script.method(
            "The controlling picture at the size of the sample, (1 or B, " + first + ", h, w).",
            "embedded_hint",
            List.of("hint: Tensor"),
            "Tensor");
    parameters.conv(name + ".conv_in", config.hints(), channels.getFirst(), 3);
    method.line(
        config.reversed() ? "h = torch.flip(self.entering(hint), [1])" : "h = self.entering(hint)");
    method.line("h = torch.silu(self.conv(h, \"%s.conv_in\", 1, 1))".formatted(name));
    for (int i = 0; i < channels.size() - 1; i++) {
      String even = name + ".blocks." + 2 * i;
      String odd = name + ".blocks." + (2 * i + 1);
      parameters.conv(even, channels.get(i), channels.get(i), 3);
      parameters.conv(odd, channels.get(i), channels.get(i + 1), 3);
      method.line("h = torch.silu(self.conv(h, \"%s\", 1, 1))".formatted(even));
      method.line("h = torch.silu(self.conv(h, \"%s\", 2, 1))".formatted(odd));
    }
    parameters.conv(name + ".conv_out", channels.getLast(), first, 3);
    method.line("return self.conv(h, \"%s.conv_out\", 1, 1)".formatted(name));
  }

  private void printResiduals() {
    int first = config.down().getFirst().channels();
    List<String> signature =
        new ArrayList<>(List.of("sample: Tensor", "timestep: Tensor", "context: Tensor"));
    signature.addAll(config.time().labelParameter());
    signature.addAll(List.of("hint: Tensor", "scale: float"));
    ScriptMethod method =
        script.method(
            "What is added to every skip of the UNet, then to its middle, each times the scale.",
            "residuals",
            signature,
            "List[Tensor]");
    parameters.conv("conv_in", config.inputs(), first, 3);
    method
        .line("e = self.embed(%s)".formatted(config.time().arguments()))
        .line("context = self.entering(context)")
        .line("bias = annotate(Optional[Tensor], None)")
        .line("h = self.conv(self.entering(sample), \"conv_in\", 1, 1) + self.embedded_hint(hint)");
    List<Integer> skips = blocks.down(method, config.down());
    blocks.middle(method, config.middle(), config.middleScale());
    for (int i = 0; i < skips.size(); i++) {
      parameters.conv("controlnet_down_blocks." + i, skips.get(i), skips.get(i), 1);
    }
    int last = config.middle().channels();
    parameters.conv("controlnet_mid_block", last, last, 1);
    String mean = config.pooled() ? "torch.mean(y, [2, 3], True)" : "y";
    method.line("residuals = annotate(List[Tensor], [])");
    method.block(
        "for i in range(torch.len(skips)):",
        () -> {
          method.line(
              "y = self.conv(skips[i], torch.format(\"controlnet_down_blocks.{}\", i), 1, 0)");
          method.line("torch.append(residuals, torch.to(" + mean + " * scale, 6))");
        });
    method.line("y = self.conv(h, \"controlnet_mid_block\", 1, 0)");
    method.line("torch.append(residuals, torch.to(" + mean + " * scale, 6))");
    method.line("return residuals");
  }
}
