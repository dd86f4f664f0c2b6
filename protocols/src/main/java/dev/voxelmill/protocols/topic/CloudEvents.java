package dev.voxelmill.protocols.topic;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Headers of a CloudEvents 1.0 record in Kafka's binary content mode (CloudEvents Kafka protocol
 * binding, section 3.2): attributes are headers with the prefix {@code ce_}, the value is the data.
 */
public final class CloudEvents {
  private static final String TYPE_PREFIX = "dev.voxelmill.";

  private CloudEvents() {}

  /**
   * Headers for one record.
   *
   * @param type such as {@code job.accepted}; {@code dev.voxelmill.} is put before it
   * @param source the component that writes, such as {@code /owner/3}
   * @param id unique within the source
   * @param subject what it is about, such as the job's key
   */
  public static Map<String, String> headers(
      String type, String source, String id, String subject, Instant time) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_type", TYPE_PREFIX + type);
    headers.put("ce_source", source);
    headers.put("ce_id", id);
    headers.put("ce_subject", subject);
    headers.put("ce_time", time.toString());
    headers.put("content-type", "application/json");
    return headers;
  }
}
