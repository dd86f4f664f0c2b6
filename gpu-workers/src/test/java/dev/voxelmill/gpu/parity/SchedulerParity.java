package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import dev.voxelmill.gpu.sampling.LibraryVersion;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.Samplers;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.sampling.SamplingStep.Noising;
import dev.voxelmill.gpu.sampling.SchedulerConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Tables and whole trajectories of a sampler, with the network that stands in {@code case.json}:
 * 0.35 x + 0.1 roll(x) + t / 1000 bias.
 */
final class SchedulerParity implements CaseKind {
  private static final Pattern RUN = Pattern.compile("(v0_20_2/)?n(\\d+)\\..*");
  private static final Pattern ETA = Pattern.compile(".*_eta(\\d+)");

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Runs runs = new Runs(recording);
    try (SamplerKernel kernel = new SamplerKernel(scope)) {
      for (Run run : runs.runs()) {
        runs.follow(scope, kernel, run);
      }
    }
    return runs.answers;
  }

  /** One recorded run: the prefix of its tensors' names, whose library's, and how many steps. */
  private record Run(String prefix, LibraryVersion version, int steps) {}

  /** The runs of one case. */
  private static final class Runs {
    private final Map<String, FixtureTensor> inputs;
    private final Map<String, FixtureTensor> expected;
    private final SchedulerConfig config;
    private final double eta;
    private final Answers answers = new Answers();

    Runs(Recording recording) {
      inputs = recording.inputs();
      expected = recording.expected();
      config = SchedulerConfig.read(recording.folder("scheduler/scheduler_config.json"));
      Matcher named = ETA.matcher(recording.one().name());
      eta = named.matches() ? Integer.parseInt(named.group(1)) : 0;
    }

    private List<Run> runs() {
      TreeSet<String> prefixes = new TreeSet<>();
      for (String name : expected.keySet()) {
        Matcher run = RUN.matcher(name);
        if (run.matches()) {
          prefixes.add(name.substring(0, name.indexOf('.') + 1));
        }
      }
      List<Run> runs = new ArrayList<>();
      for (String prefix : prefixes) {
        Matcher run = RUN.matcher(prefix);
        if (run.matches()) {
          runs.add(
              new Run(
                  prefix,
                  run.group(1) == null ? LibraryVersion.V0_30_3 : LibraryVersion.V0_20_2,
                  Integer.parseInt(run.group(2))));
        }
      }
      return runs;
    }

    private void follow(NDManager scope, SamplerKernel kernel, Run run) {
      SamplingPlan plan = Samplers.plan(config, run.version, run.steps, eta);
      if (run.version == LibraryVersion.V0_30_3) {
        answers.put("alphas_cumprod", abar(plan.schedule()));
        noised(scope, kernel, plan.schedule());
      }
      answers.put(
          run.prefix + "timesteps",
          plan.steps().stream().mapToDouble(step -> step.timestep()).toArray());
      answers.put(
          run.prefix + "sigmas", plan.sigmas().stream().mapToDouble(Double::doubleValue).toArray());
      answers.put(run.prefix + "init_noise_sigma", plan.initialScale());
      trajectory(scope, kernel, plan, run);
    }

    private static double[] abar(NoiseSchedule schedule) {
      return IntStream.range(0, schedule.timesteps()).mapToDouble(schedule::abar).toArray();
    }

    private void noised(NDManager scope, SamplerKernel kernel, NoiseSchedule schedule) {
      int[] timesteps = inputs.get("add_noise.timesteps").ints();
      List<NDArray> noisy = new ArrayList<>();
      List<NDArray> velocities = new ArrayList<>();
      for (int row = 0; row < timesteps.length; row++) {
        NDArray clean = row(scope, inputs.get("add_noise.clean"), row, timesteps.length);
        NDArray noise = row(scope, inputs.get("add_noise.noise"), row, timesteps.length);
        double signal = schedule.signal(timesteps[row]);
        double level = schedule.noise(timesteps[row]);
        noisy.add(kernel.noised(scope, new Noising(signal, level), clean, noise));
        // The velocity sqrt(abar) n - sqrt(1 - abar) x0 is the same sum with other weights.
        velocities.add(kernel.noised(scope, new Noising(-level, signal), clean, noise));
      }
      put("add_noise.out", noisy);
      put("get_velocity.out", velocities);
    }

    private void trajectory(NDManager scope, SamplerKernel kernel, SamplingPlan plan, Run run) {
      FixtureTensor unit = inputs.get("x_init_unit");
      FixtureTensor noise = inputs.get("n" + run.steps + ".noise");
      NDArray bias = row(scope, inputs.get("bias"), 0, 1);
      SamplerState state = kernel.start(scope, plan, row(scope, unit, 0, 1));
      List<NDArray> samples = new ArrayList<>(List.of(state.sample()));
      List<NDArray> outputs = new ArrayList<>();
      List<NDArray> cleans = new ArrayList<>();
      for (int call = 0; call < plan.steps().size(); call++) {
        double timestep = plan.steps().get(call).timestep();
        NDArray input = kernel.input(scope, plan, state);
        NDArray output = fakeNetwork(input, timestep, bias);
        Optional<NDArray> normals =
            plan.steps().get(call).drawsNoise()
                ? Optional.of(row(scope, noise, call, noise.size() / unit.size()))
                : Optional.empty();
        SamplerKernel.Advanced advanced = kernel.advance(scope, plan, state, output, normals);
        state = advanced.state();
        samples.add(state.sample());
        outputs.add(output);
        advanced.clean().ifPresent(cleans::add);
      }
      put(run.prefix + "trajectory", samples);
      put(run.prefix + "model_output", outputs);
      put(run.prefix + "pred_original_sample", cleans);
    }

    private static NDArray fakeNetwork(NDArray x, double timestep, NDArray bias) {
      long width = x.getShape().get(x.getShape().dimension() - 1);
      NDArray rolled = x.get("..., " + (width - 1) + ":").concat(x.get("..., :" + (width - 1)), -1);
      return x.mul(0.35f).add(rolled.mul(0.1f)).add(bias.mul((float) (timestep / 1000)));
    }

    private void put(String name, List<NDArray> parts) {
      answers.put(name, parts.stream().flatMapToDouble(Runs::values).toArray());
    }

    private static DoubleStream values(NDArray array) {
      return DoubleStream.of(Answers.doubles(array.toFloatArray()));
    }

    /** One of so many parts of equal size, (1, ...). */
    private static NDArray row(NDManager scope, FixtureTensor tensor, int row, int rows) {
      int size = tensor.size() / rows;
      float[] values = Arrays.copyOfRange(tensor.floats(), row * size, (row + 1) * size);
      List<Integer> shape = tensor.shape();
      long[] tail =
          shape.subList(shape.size() - 3, shape.size()).stream().mapToLong(i -> i).toArray();
      return scope.create(
          values, new Shape(size / (tail[0] * tail[1] * tail[2]), tail[0], tail[1], tail[2]));
    }
  }
}
