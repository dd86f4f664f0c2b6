/**
 * An installation on one machine: a broker, supervisors and workers as child processes of {@code
 * ./voxelmill up}. A child that dies is started again after a growing pause; when the parent ends,
 * in whatever way, its children end too, because each watches the standard input it was given.
 * Kubernetes takes this place in production.
 */
package dev.voxelmill.actors.local;
