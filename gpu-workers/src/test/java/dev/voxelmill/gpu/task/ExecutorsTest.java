package dev.voxelmill.gpu.task;

import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.TaskKind;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** Every executor keeps {@link StepTaskContract}. */
class ExecutorsTest {
  @Nested
  class Encode extends StepTaskContract {
    @Override
    TaskKind kind() {
      return TaskKind.ENCODE;
    }
  }

  @Nested
  class Denoise extends StepTaskContract {
    @Override
    TaskKind kind() {
      return TaskKind.DENOISE;
    }
  }

  @Nested
  class Tile extends StepTaskContract {
    @Override
    TaskKind kind() {
      return TaskKind.TILE;
    }
  }

  @Nested
  class Project extends StepTaskContract {
    @Override
    TaskKind kind() {
      return TaskKind.PROJECT;
    }
  }

  @Nested
  class Distill extends StepTaskContract {
    @Override
    TaskKind kind() {
      return TaskKind.DISTILL;
    }
  }

  @Nested
  class Mesh extends StepTaskContract {
    @Override
    TaskKind kind() {
      return TaskKind.MESH;
    }
  }

  @Nested
  class Zero123Encode extends Zero123Contract {
    @Override
    TaskKind kind() {
      return TaskKind.ENCODE;
    }
  }

  @Nested
  class Zero123Denoise extends Zero123Contract {
    @Override
    TaskKind kind() {
      return TaskKind.DENOISE;
    }
  }

  @Nested
  class Zero123Views extends Zero123Contract {
    @Override
    TaskKind kind() {
      return TaskKind.TILE;
    }
  }

  @Nested
  class Zero123Distill extends Zero123To3dContract {
    @Override
    TaskKind kind() {
      return TaskKind.DISTILL;
    }
  }

  @Nested
  class Zero123Mesh extends Zero123To3dContract {
    @Override
    TaskKind kind() {
      return TaskKind.MESH;
    }
  }

  @Nested
  class CanvasEncode extends CanvasContract {
    @Override
    TaskKind kind() {
      return TaskKind.ENCODE;
    }
  }

  @Nested
  class CanvasDenoise extends CanvasContract {
    @Override
    TaskKind kind() {
      return TaskKind.DENOISE;
    }
  }

  @Nested
  class CanvasTile extends CanvasContract {
    @Override
    TaskKind kind() {
      return TaskKind.TILE;
    }
  }

  abstract static class CanvasContract extends StepTaskContract {
    @Override
    JobRequest request() {
      return TinyJob.request(Methods.ZERO123PLUS, TinyJob.ZERO123PLUS_PARAMETERS);
    }
  }

  abstract static class Zero123To3dContract extends StepTaskContract {
    @Override
    JobRequest request() {
      return TinyJob.request(Methods.ZERO123_3D, TinyJob.ZERO123_3D_PARAMETERS);
    }
  }

  abstract static class Zero123Contract extends StepTaskContract {
    @Override
    JobRequest request() {
      return TinyJob.request(Methods.ZERO123, TinyJob.ZERO123_PARAMETERS);
    }
  }

  @Nested
  class Synthetic extends StepTaskContract {
    @Override
    TaskKind kind() {
      return TaskKind.SYNTHETIC;
    }

    @Override
    JobRequest request() {
      return TinyJob.request(
          Methods.SYNTHETIC, Map.of("synthetic.steps", "8", "synthetic.stepMillis", "0"));
    }
  }
}
