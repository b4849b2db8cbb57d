package io.releve.status;

/**
 * Where a resource can be used.
 *
 * @param node the node's name
 * @param epoch a number that rises with every change of place within the cluster's life; of two answers, the one
 *     with the greater epoch is the newer
 */
public record ActiveNode(String node, long epoch) {}
