/**
 * The commands of {@code ./voxelmill} that run nothing of the data plane: {@code up} and {@code
 * demo} start an installation on this machine, the others are clients of any installation. Each
 * command is a class that parses its options and prints; what it prints is built by functions that
 * tests call.
 */
package dev.voxelmill.actors.cli;
