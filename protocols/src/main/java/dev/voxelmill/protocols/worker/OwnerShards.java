package dev.voxelmill.protocols.worker;

import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;

/**
 * How a message finds the owner of a partition: one entity and one shard per partition, both named
 * by its number. Supervisors and workers must agree on it, for the shard decides on which node a
 * message arrives.
 */
public final class OwnerShards
    extends ShardingMessageExtractor<ShardingEnvelope<OwnerMessage>, OwnerMessage> {

  @Override
  public String entityId(ShardingEnvelope<OwnerMessage> envelope) {
    return envelope.entityId();
  }

  @Override
  public String shardId(String entityId) {
    return entityId;
  }

  @Override
  public OwnerMessage unwrapMessage(ShardingEnvelope<OwnerMessage> envelope) {
    return envelope.message();
  }

  /** A message for the owner of a partition. */
  public static ShardingEnvelope<OwnerMessage> toOwner(int partition, OwnerMessage message) {
    return new ShardingEnvelope<>(Integer.toString(partition), message);
  }
}
