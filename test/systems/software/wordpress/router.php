<?php
// What a web server's rewrite rules do for WordPress: files that exist are served, everything else is for index.php.
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/');
$file = realpath($_SERVER['DOCUMENT_ROOT'] . $path);
$inside = $file !== false && str_starts_with($file, $_SERVER['DOCUMENT_ROOT'] . '/');
if ($inside && is_file($file)) {
    return false;
}
if ($inside && is_dir($file) && is_file($file . '/index.php') && $path !== '/') {
    return false;
}
$_SERVER['SCRIPT_NAME'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . '/index.php';
$_SERVER['PHP_SELF'] = '/index.php';
require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
