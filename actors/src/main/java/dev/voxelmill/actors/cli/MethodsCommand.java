package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what can be asked for: the methods, and every parameter of one of them. */
@Command(
    name = "methods",
    description = "List the methods, or every parameter of one: its default, its range, its use.",
    footer = {
      "",
      "Needs no running installation. A parameter is given as submit --set NAME=VALUE.",
      "Example: ./voxelmill methods synthetic"
    })
final class MethodsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "A method, such as image-to-3d; all of them without.")
  String name;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  /** A parameter as {@code --json} has it. */
  private record Parameter(String name, String byDefault, String range, String doc) {
    static Parameter of(ParameterSpec spec) {
      return new Parameter(spec.name(), spec.defaultValue(), spec.range().described(), spec.doc());
    }
  }

  /** A method as {@code --json} has it. */
  private record Told(String name, String doc, List<Parameter> parameters) {
    static Told of(Method method) {
      return new Told(
          method.name(), method.doc(), method.parameters().stream().map(Parameter::of).toList());
    }
  }

  @Override
  public Integer call() throws CommandException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (name == null) {
      List<Told> all = Methods.all().stream().map(Told::of).toList();
      out.print(
          json
              ? Json.pretty(all)
              : all.stream().map(MethodsCommand::line).collect(Collectors.joining()));
    } else {
      Told one = Told.of(named());
      out.print(json ? Json.pretty(one) : text(one));
    }
    out.flush();
    return Exit.OK.code();
  }

  private Method named() throws CommandException {
    return Methods.named(name)
        .orElseThrow(
            () ->
                new CommandException(
                    Exit.NOT_FOUND,
                    "method: '%s' (expected: one of %s)"
                        .formatted(name, Methods.all().stream().map(Method::name).toList())));
  }

  private static String line(Told method) {
    return String.format(Locale.ROOT, "%-16s %s%n", method.name(), method.doc());
  }

  private static String text(Told method) {
    StringBuilder text = new StringBuilder(line(method));
    for (Parameter parameter : method.parameters()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s=%s%n    %s%n    Takes %s.%n",
              parameter.name(),
              parameter.byDefault(),
              parameter.doc(),
              parameter.range()));
    }
    return text.toString();
  }
}
