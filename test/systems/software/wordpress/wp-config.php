<?php
// A WordPress for tests: everything that differs from one start to the next comes from the environment.
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', getenv('WORDPRESS_PASSWORD'));
define('DB_HOST', '127.0.0.1:' . getenv('WORDPRESS_DATABASE_PORT'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {
    define($name, 'only for tests: ' . $name);
}
$table_prefix = 'wp_';

// Its own address is the one that it was asked at: the proxy's.
$host = $_SERVER['HTTP_HOST'] ?? '127.0.0.1';
$address = 'http://' . (preg_match('/^(127\.0\.0\.1|localhost)(:\d+)?$/', $host) ? $host : '127.0.0.1');
define('WP_HOME', $address);
define('WP_SITEURL', $address);
define('WP_ENVIRONMENT_TYPE', 'local'); // Application passwords without TLS.
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_DEBUG', false);
define('FS_METHOD', 'direct');

if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';
