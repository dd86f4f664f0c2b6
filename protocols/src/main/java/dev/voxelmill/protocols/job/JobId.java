package dev.voxelmill.protocols.job;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Who asked and what they called it: the idempotency key of a job, written {@code tenant/id}.
 *
 * @param tenant lower case, {@code [a-z0-9][a-z0-9._-]{0,63}}
 * @param id chosen by the client, {@code [A-Za-z0-9][A-Za-z0-9._:-]{0,127}}
 */
public record JobId(String tenant, String id) implements Comparable<JobId> {
  /** The tenant of a request that names none. */
  public static final String DEFAULT_TENANT = "default";

  private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
  private static final Canonical<String> TENANTS = new Canonical<>();

  public JobId {
    if (!TENANT.matcher(requireNonNull(tenant, "tenant")).matches()) {
      throw new IllegalArgumentException(
          "tenant: '" + tenant + "' (expected: " + TENANT.pattern() + ")");
    }
    if (!ID.matcher(requireNonNull(id, "id")).matches()) {
      throw new IllegalArgumentException("id: '" + id + "' (expected: " + ID.pattern() + ")");
    }
    tenant = TENANTS.of(tenant);
  }

  /** Reads {@code tenant/id}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static JobId parse(String key) {
    int slash = requireNonNull(key, "key").indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("job: '" + key + "' (expected: tenant/id)");
    }
    return new JobId(key.substring(0, slash), key.substring(slash + 1));
  }

  /** The written form, which is also the key of every Kafka record about this job. */
  @JsonValue
  public String key() {
    return tenant + "/" + id;
  }

  @Override
  public int compareTo(JobId other) {
    return key().compareTo(other.key());
  }

  @Override
  public String toString() {
    return key();
  }
}
