package io.releve.coordination;

/**
 * A document and its version.
 *
 * @param text the content
 * @param version rises with each write, from 0
 */
public record Document(String text, int version) {}
