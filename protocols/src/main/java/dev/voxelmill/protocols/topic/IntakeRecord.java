package dev.voxelmill.protocols.topic;

import dev.voxelmill.protocols.job.JobRequest;

/**
 * A validated request at its home partition, on {@code intake}.
 *
 * @param bodyHash SHA-256 of what is asked, apart from who asks
 * @param source where it was submitted: {@code topic/partition/offset}
 */
public record IntakeRecord(JobRequest request, String bodyHash, String source) {}
