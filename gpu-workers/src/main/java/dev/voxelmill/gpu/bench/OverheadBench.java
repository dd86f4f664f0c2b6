package dev.voxelmill.gpu.bench;

import ai.djl.ndarray.NDManager;
import com.sun.management.OperatingSystemMXBean;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.task.PlanRun;
import dev.voxelmill.gpu.task.PriorFile;
import dev.voxelmill.gpu.task.StepTasks;
import dev.voxelmill.gpu.task.TaskContext;
import dev.voxelmill.gpu.task.Versions;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.plan.Plans;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What the system adds to the work itself: the same job by the bare task loop in this process and
 * by a worker of a real installation, in turn, so that both see the same machine.
 *
 * <p>Two figures. The share of processor time: what the worker process takes from submission to the
 * fetched asset, its heartbeats, checkpoints and messages included, over what the bare loop takes.
 * The share of time: gaps between steps and standing still for snapshots, over device-busy time, as
 * the worker wrote it into the manifest. The first job of either side pays for the Java compiler
 * and is left out.
 */
public final class OverheadBench {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Path picture;

  private OverheadBench(Path picture) {
    this.picture = picture;
  }

  /**
   * One job each way.
   *
   * @param bareCpuSeconds of this process
   * @param workerCpuSeconds of the worker process
   * @param idleShare gaps and blocked time over device-busy time, inside the worker
   */
  public record Pair(double bareCpuSeconds, double workerCpuSeconds, double idleShare) {
    /** What the worker process takes more, as a share of the bare loop's processor time. */
    public double cpuShare() {
      return workerCpuSeconds / bareCpuSeconds - 1;
    }
  }

  /**
   * All pairs in the order they were run.
   *
   * @param pairs at least one
   */
  public record Figures(List<Pair> pairs) {
    public Figures {
      pairs = List.copyOf(pairs);
    }

    /** The median of a figure over the pairs. */
    public double median(ToDoubleFunction<Pair> figure) {
      double[] sorted = pairs.stream().mapToDouble(figure).sorted().toArray();
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
  }

  /**
   * Runs the pairs.
   *
   * @param home root of the project
   * @param torch with as many threads as the installation's worker has
   * @throws IOException when the installation does not come up or a job of it fails
   */
  public static Figures measure(Path home, Torch torch, int pairs) throws IOException {
    OverheadBench bench = new OverheadBench(home.resolve("conf/demo/car.png"));
    try (DeviceThread thread = DeviceThread.open("bench");
        BenchInstallation installation = BenchInstallation.start(home)) {
      List<Pair> measured = new ArrayList<>();
      for (int pair = 0; pair <= pairs; pair++) {
        double bare = thread.call(() -> bench.bare(torch));
        BenchInstallation.Job job = installation.run(bench.picture, List.of());
        measured.add(new Pair(bare, job.workerCpuSeconds(), job.idleShare()));
      }
      return new Figures(measured.subList(1, measured.size()));
    }
  }

  private double bare(Torch torch) throws IOException {
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    byte[] image = Files.readAllBytes(picture);
    JobRequest request = request(image);
    try (NDManager device = torch.newScope()) {
      PriorFile weights = PriorFile.of(Optional.empty());
      TaskContext context =
          new TaskContext(device, weights.load(device), weights.use(), Versions.present());
      long before = machine.getProcessCpuTime();
      switch (PlanRun.of(new StepTasks(context), Plans.of(request), request, image)) {
        case PlanRun.Finished finished -> {}
        case PlanRun.Stopped stopped ->
            throw new IOException(stopped.task() + ": " + stopped.failure().message());
      }
      return (machine.getProcessCpuTime() - before) / NANOS_PER_SECOND;
    }
  }

  /** What {@code submit} makes of a picture when nothing else is said. */
  private static JobRequest request(byte[] image) {
    return switch (Methods.IMAGE_TO_3D.check(Map.of())) {
      case ParameterCheck.Refused refused -> throw new IllegalStateException(refused.toString());
      case ParameterCheck.Accepted accepted ->
          new JobRequest(
              new JobId(JobId.DEFAULT_TENANT, "bench"),
              Methods.IMAGE_TO_3D.name(),
              new JobRequest.ImageRef(
                  "image/png", 1, 1, new BlobRef("0".repeat(64), image.length, 0, List.of())),
              ViewCamera.DEFAULT,
              0,
              accepted.parameters(),
              List.of(),
              JobRequest.DEFAULT_PRIORITY);
    };
  }
}
