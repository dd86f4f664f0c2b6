/**
 * The configuration of a supervisor, read once from conf/ into records that hold only valid values.
 */
package dev.voxelmill.actors.config;
