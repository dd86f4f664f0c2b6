import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Consumes finished assets, checks every file against its hash and writes it to a directory:
 * Consume BOOTSTRAP DIRECTORY COUNT. Ends after COUNT assets.
 */
final class Consume {
  public static void main(String[] arguments) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", arguments[0],
            "group.id", "readme-consumer",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false",
            "isolation.level", "read_committed");
    int remaining = Integer.parseInt(arguments[2]);
    try (var assets = consumer(settings);
        var blobs = consumer(settings)) {
      assets.subscribe(List.of("voxelmill.assets"));
      while (remaining > 0) {
        for (var asset : assets.poll(Duration.ofSeconds(1))) {
          JsonNode manifest = new ObjectMapper().readTree(asset.value());
          Path directory = Path.of(arguments[1], manifest.get("job").asText());
          Files.createDirectories(directory);
          for (JsonNode file : manifest.get("files")) {
            byte[] bytes = read(blobs, file.get("blob"));
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            String expected = file.at("/blob/sha256").asText();
            if (!HexFormat.of().formatHex(hash).equals(expected)) {
              throw new IllegalStateException(file.get("name") + " is not " + expected);
            }
            Files.write(directory.resolve(file.get("name").asText()), bytes);
            System.out.println("verified " + directory.resolve(file.get("name").asText()));
          }
          remaining--;
        }
        assets.commitSync();
      }
    }
  }

  /**
   * The chunks of a blob: at the offset that the manifest names, or later if it was stored again.
   */
  private static byte[] read(KafkaConsumer<String, byte[]> consumer, JsonNode blob) {
    var partition = new TopicPartition("voxelmill.blobs", blob.get("partition").asInt());
    var bytes = new ByteArrayOutputStream();
    consumer.assign(List.of(partition));
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    int number = 0;
    for (JsonNode chunk : blob.get("chunks")) {
      String key = blob.get("sha256").asText() + "/" + number++;
      consumer.seek(partition, chunk.get("offset").asLong());
      byte[] found = null;
      while (found == null) {
        if (consumer.position(partition) >= end) {
          throw new IllegalStateException("the chunk " + key + " is gone");
        }
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          found = found == null && record.key().equals(key) ? record.value() : found;
        }
      }
      bytes.writeBytes(found);
    }
    return bytes.toByteArray();
  }

  private static KafkaConsumer<String, byte[]> consumer(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }
}
