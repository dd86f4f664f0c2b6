package dev.voxelmill.actors.history;

import static dev.voxelmill.actors.history.SoundHistory.BLOB;
import static dev.voxelmill.actors.history.SoundHistory.NOW;
import static dev.voxelmill.actors.history.SoundHistory.TASK;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a job leaves: its asset, once and whole, and nothing else. */
class AssetCheckTest {
  private final SoundHistory history = new SoundHistory();

  @Test
  void aFileThatIsNotWhatItsHashSaysIsSeen() {
    history.stored.put(BLOB.sha256(), new Observation.Content("b".repeat(64), BLOB.size()));

    history.assertBroken(Promise.ASSET);
  }

  @Test
  void aFileThatIsMissingIsSeen() {
    history.stored.clear();

    history.assertBroken(Promise.ASSET);
  }

  @Test
  void anAssetPublishedTwiceIsSeen() {
    history.assets.add(history.assets.getFirst());

    history.assertBroken(Promise.ASSET);
  }

  @Test
  void otherBytesForTheSameRequestAreSeen() {
    EventRecord accepted = history.events.getFirst();
    JobId other = new JobId("default", "two");
    AssetRecord asset = history.assets.getFirst();
    BlobRef blob = new BlobRef("b".repeat(64), 5, 0, List.of());
    List<FileRef> files = List.of(new FileRef("synthetic.json", "application/json", blob));
    history.stored.put(blob.sha256(), new Observation.Content(blob.sha256(), blob.size()));
    history.events.add(new EventRecord(other, 1, NOW, accepted.event()));
    history.events.add(new EventRecord(other, 2, NOW, new EventRecord.Succeeded(files, List.of())));
    history.assets.add(
        new AssetRecord(
            other,
            NOW,
            asset.method(),
            asset.seed(),
            asset.parameters(),
            files,
            "",
            asset.models(),
            asset.versions(),
            asset.deviceClass(),
            asset.stages(),
            asset.quality(),
            List.of()));

    history.assertBroken(Promise.SAME_BYTES);
  }

  @Test
  void aChunkThatOutlivesItsJobIsSeen() {
    history.chunks.put(TASK + "/1/1/0", false);
    assertEquals(List.of(), history.findings());
    history.chunks.put(TASK + "/2/1/0", true);

    history.assertBroken(Promise.SWEPT);
  }
}
