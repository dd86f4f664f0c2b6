import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Submits a picture with nothing but Kafka's client: Submit BOOTSTRAP PICTURE ID. */
final class Submit {
  public static void main(String[] arguments) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0]);
    String data = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(arguments[1])));
    String request =
        "{\"id\": \"%s\", \"image\": {\"data\": \"%s\"}}".formatted(arguments[2], data);
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      System.out.println(producer.send(new ProducerRecord<>("voxelmill.requests", request)).get());
    }
  }
}
