/**
 * The recorded numbers of the original programs, walked case by case. What a case demands is read
 * from its {@code case.json}: its kind from its name, its settings from {@code config}, its tensors
 * from their names, its tolerance from its own words.
 */
package dev.voxelmill.gpu.parity;
