package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import dev.voxelmill.gpu.nn.script.ScriptMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Prints a UNet2DConditionModel.
 *
 * <p>Methods: {@code predict(sample, timestep, context, [labels,] mask, residuals)} and, with
 * reference attention, {@code predict_with_reference(sample, timestep, context, [labels,] mask,
 * residuals, reference, plain)}.
 */
public final class UNetPrinter {
  private final UNetConfig config;
  private final ScriptClass script;
  private final ParameterShapes parameters = new ParameterShapes();
  private final Blocks blocks;

  private UNetPrinter(UNetConfig config, PrintOptions options) {
    this.config = config;
    script =
        new ScriptClass(
            "UNet2DConditionModel",
            """
            Ronneberger et al., "U-Net" (2015), conditioned on a timestep and on tokens.

            sample (B, %d, H, W), context (B, S, %d) -> prediction (B, %d, H, W), float32
            residuals: what a ControlNet adds to every skip and to the middle, or none; mask (B, S), 1 where a token counts, or empty"""
                .formatted(config.inputs(), config.down().getFirst().context(), config.outputs()),
            options.precision(),
            options.traced());
    blocks = new Blocks(script, parameters, config.style(), config.time().total());
    if (options.reference()) {
      script
          .use(Blocks.library("reference"))
          .attribute("bank", "Dict[str, Tensor]", Map.of())
          .attribute("phase", "int", 0)
          .attribute("plain", "int", 0);
    }
  }

  public static PrintedNetwork print(UNetConfig config, PrintOptions options) {
    UNetPrinter printer = new UNetPrinter(config, options);
    config.time().print(printer.script, printer.parameters);
    printer.printRun();
    printer.printPredict(options.reference());
    if (options.reference()) {
      printer.printPredictWithReference();
    }
    return new PrintedNetwork(printer.script.source(), printer.parameters.byName());
  }

  private void printRun() {
    int first = config.down().getFirst().channels();
    ScriptMethod method =
        script.method(
            "The network proper: e (B, %d) embeds the timestep, bias adds to the logits of cross-attention."
                .formatted(config.time().total()),
            "run",
            List.of(
                "sample: Tensor",
                "e: Tensor",
                "context: Tensor",
                "bias: Optional[Tensor]",
                "residuals: List[Tensor]"),
            "Tensor");
    if (config.centred()) {
      method.line("sample = sample * 2. - 1.");
    }
    config
        .text()
        .ifPresent(
            width -> {
              parameters.linear("encoder_hid_proj", width, config.down().getFirst().context());
              method.line("context = self.linear(context, \"encoder_hid_proj\")");
            });
    parameters.conv("conv_in", config.inputs(), first, config.firstKernel());
    method.line("h = self.conv(sample, \"conv_in\", 1, %d)".formatted(config.firstKernel() / 2));
    method.seen("conv_in", "h");
    List<Integer> skips = blocks.down(method, config.down());
    method.line("n = torch.len(skips)");
    method.block(
        "if torch.len(residuals) > 0:",
        () ->
            method.block(
                "for i in range(n):",
                () ->
                    method.line(
                        "torch._set_item(skips, i, skips[i] + self.entering(residuals[i]))")));
    config.middle().ifPresent(level -> blocks.middle(method, level, config.middleScale()));
    method.block(
        "if torch.len(residuals) > 0:", () -> method.line("h = h + self.entering(residuals[n])"));
    blocks.up(method, config.up(), skips);
    parameters.norm("conv_norm_out", first);
    parameters.conv("conv_out", first, config.outputs(), config.lastKernel());
    method.line("h = self.group_norm(h, \"conv_norm_out\", self.groups, self.eps)");
    method.seen("conv_norm_out", "h");
    method.line(
        "h = self.conv(self.activation(h), \"conv_out\", 1, %d)"
            .formatted(config.lastKernel() / 2));
    method.seen("conv_out", "h").line("return h");
  }

  private List<String> inputs(String... further) {
    List<String> inputs =
        new ArrayList<>(List.of("sample: Tensor", "timestep: Tensor", "context: Tensor"));
    inputs.addAll(config.time().labelParameter());
    inputs.addAll(List.of("mask: Tensor", "residuals: List[Tensor]"));
    inputs.addAll(List.of(further));
    return inputs;
  }

  private void printPredict(boolean reference) {
    ScriptMethod method =
        script.method("What the sample holds at the timestep.", "predict", inputs(), "Tensor");
    if (reference) {
      method.line("self.phase = 0");
    }
    method.line("e = self.embed(%s)".formatted(config.time().arguments()));
    method.line(
        "y = self.run(self.entering(sample), e, self.entering(context), self.kept(mask), residuals)");
    method.line("return torch.to(y, 6)");
  }

  private void printPredictWithReference() {
    ScriptMethod method =
        script.method(
            "The same with a reference (B - plain, %d, h, w), noised to the same timestep, which the first `plain` rows do not see."
                .formatted(config.inputs()),
            "predict_with_reference",
            inputs("reference: Tensor", "plain: int"),
            "Tensor");
    method
        .line("self.plain = plain")
        .line("e = self.embed(%s)".formatted(config.time().arguments()))
        .line("tokens = self.entering(context)")
        .line("none = annotate(Optional[Tensor], None)")
        .line("no_residuals = annotate(List[Tensor], [])")
        .line("self.phase = 1")
        .line(
            "self.run(self.entering(reference), torch.slice(e, 0, plain), torch.slice(tokens, 0, plain), none, no_residuals)")
        .line("self.phase = 2")
        .line("y = self.run(self.entering(sample), e, tokens, self.kept(mask), residuals)")
        .line("self.phase = 0")
        .line("torch.clear(self.bank)")
        .line("return torch.to(y, 6)");
  }
}
