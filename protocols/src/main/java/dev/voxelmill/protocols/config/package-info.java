/**
 * How a process reads its configuration: HOCON files in {@code conf/}, read once at start into
 * validating records. Unknown keys are errors, all problems are reported together, and every
 * message names the key, the rule and the file to mend.
 */
package dev.voxelmill.protocols.config;
