package io.releve.coordination;

import java.time.Duration;

/**
 * What a member tells of itself when it joins.
 *
 * @param node the node's name
 * @param incarnation tells this life of the node from its earlier and later ones
 * @param lease how long others must wait after the last renewal they saw before they may take over
 */
public record MemberInfo(String node, String incarnation, Duration lease) {}
