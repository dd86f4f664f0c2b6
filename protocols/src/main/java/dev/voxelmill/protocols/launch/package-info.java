/**
 * How every long-running part of an installation starts and ends: its common options, the READY
 * line, the end of its parent, signals, and a membership of the cluster that is taken up again when
 * the cluster has removed the node.
 */
package dev.voxelmill.protocols.launch;
