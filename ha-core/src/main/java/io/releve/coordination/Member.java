package io.releve.coordination;

/**
 * A member as seen.
 *
 * @param info what it told of itself
 * @param renewals how many times it has renewed; rises with each renewal
 */
public record Member(MemberInfo info, int renewals) {}
