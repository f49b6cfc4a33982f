export default () => <p>the featured one</p>;
