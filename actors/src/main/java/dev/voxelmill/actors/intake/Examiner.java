package dev.voxelmill.actors.intake;

import dev.voxelmill.actors.intake.PictureInspector.Picture;
import dev.voxelmill.actors.intake.PictureInspector.Unusable;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.job.JobRequest.ImageRef;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.request.BodyHash;
import dev.voxelmill.protocols.request.CommandCodec;
import dev.voxelmill.protocols.request.CommandReading;
import dev.voxelmill.protocols.request.RequestCodec;
import dev.voxelmill.protocols.request.RequestReading;
import dev.voxelmill.protocols.request.SubmittedPicture;
import dev.voxelmill.protocols.request.SubmittedRequest;
import dev.voxelmill.protocols.topic.IntakeRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decides what becomes of a submission. Only machines make it fail: whatever a client sent is a
 * {@link Verdict}. A good picture is kept before the verdict is known; content-addressed, it does
 * no harm when the submission is examined again.
 */
final class Examiner {
  private static final byte[] NOTHING = {};

  private final RequestCodec requests = new RequestCodec();
  private final CommandCodec commands = new CommandCodec();
  private final String commandsTopic;
  private final PictureInspector inspector;
  private final ModelCheck models;
  private final Executor decoders;
  private final Function<byte[], CompletionStage<BlobRef>> keep;

  /**
   * An examiner.
   *
   * @param models what requests may name
   * @param commandsTopic whose records are commands; all others are requests
   * @param decoders a bounded pool: pictures are the costly and dangerous part
   * @param keep puts bytes into the blob store
   */
  Examiner(
      IntakeConfig config,
      ModelRegistry models,
      String commandsTopic,
      Executor decoders,
      Function<byte[], CompletionStage<BlobRef>> keep) {
    this.commandsTopic = commandsTopic;
    this.inspector = new PictureInspector(config);
    this.models = new ModelCheck(models);
    this.decoders = decoders;
    this.keep = keep;
  }

  /** The verdict on a record of the requests or the commands topic. */
  CompletionStage<Verdict> examine(ConsumerRecord<byte[], byte[]> submission) {
    if (submission.topic().equals(commandsTopic)) {
      return CompletableFuture.completedFuture(command(submission));
    }
    return CompletableFuture.supplyAsync(() -> read(submission), decoders)
        .thenCompose(stage -> stage);
  }

  private Verdict command(ConsumerRecord<byte[], byte[]> submission) {
    return switch (commands.read(value(submission))) {
      case CommandReading.Invalid invalid ->
          new Verdict.Bury(
              invalid.code(),
              invalid.reason(),
              invalid.job().orElseGet(() -> byPosition(submission)),
              source(submission));
      case CommandReading.Valid valid ->
          new Verdict.Forward(
              new IntakeRecord.Ordered(valid.command(), source(submission), at(submission)));
    };
  }

  private CompletionStage<Verdict> read(ConsumerRecord<byte[], byte[]> submission) {
    return switch (requests.read(value(submission))) {
      case RequestReading.Invalid invalid ->
          CompletableFuture.completedFuture(
              new Verdict.Bury(
                  invalid.code(),
                  invalid.reason(),
                  invalid.job().orElseGet(() -> byPosition(submission)),
                  source(submission)));
      case RequestReading.Valid valid ->
          models
              .refusal(valid.request())
              .<CompletionStage<Verdict>>map(
                  refused ->
                      CompletableFuture.completedFuture(
                          new Verdict.Bury(
                              refused.code(),
                              refused.reason(),
                              valid.request().job(),
                              source(submission))))
              .orElseGet(() -> look(valid.request(), submission));
    };
  }

  /** Every picture is looked at before any is kept. */
  private CompletionStage<Verdict> look(
      SubmittedRequest request, ConsumerRecord<byte[], byte[]> submission) {
    List<SubmittedPicture> pictures =
        Stream.concat(Stream.of(request.image()), request.depth().stream()).toList();
    List<Seen> seen = new ArrayList<>();
    for (SubmittedPicture picture : pictures) {
      byte[] bytes = picture.bytes();
      switch (inspector.inspect(picture.field(), bytes, picture.mediaType())) {
        case Unusable unusable -> {
          return CompletableFuture.completedFuture(
              new Verdict.Bury(
                  picture.field(), unusable.reason(), request.job(), source(submission)));
        }
        case Picture usable -> seen.add(new Seen(usable, bytes));
      }
    }
    CompletionStage<ImageRef> image = kept(seen.getFirst());
    CompletionStage<Optional<ImageRef>> depth =
        seen.size() > 1
            ? kept(seen.getLast()).thenApply(Optional::of)
            : CompletableFuture.completedFuture(Optional.empty());
    return image.thenCombine(depth, request::with).thenApply(whole -> forward(whole, submission));
  }

  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  private record Seen(Picture picture, byte[] bytes) {}

  private CompletionStage<ImageRef> kept(Seen seen) {
    Picture picture = seen.picture();
    return keep.apply(seen.bytes())
        .thenApply(
            blob -> new ImageRef(picture.mediaType(), picture.widthPx(), picture.heightPx(), blob));
  }

  private static Verdict forward(JobRequest normalised, ConsumerRecord<byte[], byte[]> submission) {
    return new Verdict.Forward(
        new IntakeRecord.Submitted(
            normalised, BodyHash.of(normalised), source(submission), at(submission)));
  }

  private static byte[] value(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null ? NOTHING : record.value();
  }

  private static Instant at(ConsumerRecord<byte[], byte[]> record) {
    return Instant.ofEpochMilli(record.timestamp());
  }

  private static String source(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "/" + record.partition() + "/" + record.offset();
  }

  private static JobId byPosition(ConsumerRecord<byte[], byte[]> record) {
    return new JobId(JobId.DEFAULT_TENANT, source(record).replace('/', ':'));
  }
}
