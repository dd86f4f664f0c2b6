/**
 * The history of an installation as an outside observer reads it, held against what was promised to
 * clients. Reading is in {@link dev.voxelmill.actors.history.HistoryReader}; everything else is a
 * pure fold over {@link dev.voxelmill.actors.history.Observation}s.
 */
package dev.voxelmill.actors.history;
