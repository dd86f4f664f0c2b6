/**
 * CLIP as image-to-3D models use it: texts into token numbers, pictures into normalised planes, and
 * both towers.
 *
 * <p>Every part is made from the files of a diffusers folder ({@code tokenizer}, {@code
 * text_encoder}, {@code image_encoder}, {@code feature_extractor}); what a file asks for and cannot
 * be carried out is refused with a {@link dev.voxelmill.gpu.nn.folder.ModelFolderException}.
 */
package dev.voxelmill.gpu.clip;
