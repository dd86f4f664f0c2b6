package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.TaskResult;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Puts what a finished task leaves into the archive, file after file. */
final class ResultStore {
  private ResultStore() {}

  static CompletionStage<? extends TaskOutput> store(
      Archive archive, Archive.Label label, TaskResult result) {
    return switch (result) {
      case TaskResult.Tensors tensors ->
          archive.write(label, tensors.payload()).thenApply(TaskOutput.Tensors::new);
      case TaskResult.Files files -> storeFiles(archive, files);
    };
  }

  private static CompletionStage<TaskOutput.Files> storeFiles(
      Archive archive, TaskResult.Files result) {
    CompletionStage<List<FileRef>> all = CompletableFuture.completedStage(new ArrayList<>());
    for (TaskResult.NamedFile file : result.files()) {
      all =
          all.thenCombine(
              archive.write(file.bytes()),
              (files, blob) -> {
                files.add(new FileRef(file.name(), file.mediaType(), blob));
                return files;
              });
    }
    return all.thenApply(files -> new TaskOutput.Files(files, result.quality(), result.models()));
  }
}
