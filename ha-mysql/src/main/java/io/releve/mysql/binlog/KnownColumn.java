package io.releve.mysql.binlog;

/**
 * What a server says of a column, where its binary log does not.
 *
 * @param name the column's name
 * @param unsigned whether it is a number without a sign
 */
public record KnownColumn(String name, boolean unsigned) {}
