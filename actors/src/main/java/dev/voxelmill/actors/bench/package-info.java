/**
 * Measures the control plane's decisions on virtual time: no broker, no cluster, no device. What
 * takes part is what runs in a supervisor; only workers and owners are imitated.
 */
package dev.voxelmill.actors.bench;
