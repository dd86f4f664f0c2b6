/**
 * From a scalar field to a coloured triangle mesh in a file.
 *
 * <p>{@link dev.voxelmill.gpu.mesh.AssetMesher} walks the whole way: clean-up on the occupancy
 * grid, marching cubes, simplification, normals, colours. Writers exist for GLB, PLY and OBJ; the
 * GLB reader gives back exactly what was delivered. Everything here is plain Java over arrays, is
 * deterministic, and knows nothing of tensors. World +Z is up and the input camera stands at
 * azimuth 0, over world +X; only {@link dev.voxelmill.gpu.mesh.FileAxes} knows another convention.
 */
package dev.voxelmill.gpu.mesh;
