package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Where intake and owners of an installation go on reading. */
final class ConsumerGroups {
  private final Layout layout;

  ConsumerGroups(Layout layout) {
    this.layout = layout;
  }

  /**
   * Makes them read their topics from the first record again. Their processes must be away: Kafka
   * refuses to move a group that lives.
   */
  void rewind() throws Exception {
    try (Admin admin = admin()) {
      for (String group : List.of("-intake", "-owner")) {
        String name = layout.prefix() + group;
        Eventually.holds(name + " has no members", () -> isEmpty(admin, name));
        Map<TopicPartition, OffsetAndMetadata> first = new HashMap<>();
        admin
            .listConsumerGroupOffsets(name)
            .partitionsToOffsetAndMetadata()
            .get()
            .keySet()
            .forEach(partition -> first.put(partition, new OffsetAndMetadata(0)));
        assertFalse(first.isEmpty(), name + " has committed nothing");
        admin.alterConsumerGroupOffsets(name, first).all().get();
      }
    }
  }

  /** Addresses of those who share the requests; none while the broker does not say. */
  Set<String> intakeHosts() {
    try (Admin admin = admin()) {
      return members(admin, layout.prefix() + "-intake").stream()
          .map(member -> member.host().replace("/", ""))
          .collect(Collectors.toSet());
    } catch (ExecutionException e) {
      return Set.of(); // it is asked again
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", layout.broker()));
  }

  private static boolean isEmpty(Admin admin, String group) {
    try {
      return members(admin, group).isEmpty();
    } catch (ExecutionException e) {
      return e.getCause() instanceof GroupIdNotFoundException; // else it is asked again
    }
  }

  private static Collection<MemberDescription> members(Admin admin, String group)
      throws ExecutionException {
    try {
      return admin
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
