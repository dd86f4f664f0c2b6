/**
 * The topics of one installation as Kafka holds them: names, partitions, cleanup and limits. Every
 * process builds one {@code Installation} from {@code conf/storage.conf}; whoever sets a cluster up
 * runs {@code TopicSetup}, which creates what is missing and refuses what contradicts it.
 */
package dev.voxelmill.storage.topics;
