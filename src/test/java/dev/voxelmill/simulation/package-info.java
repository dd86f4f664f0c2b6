/**
 * The whole system on virtual time, one seed one run: intake, owners, placement and workers decide
 * with the classes that decide in production; the log, the network, processes and clocks are
 * imitated, with every fault they have. Invariants are checked after every event.
 */
package dev.voxelmill.simulation;
